/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

#include "revmap/rewrite.h"
#include "revmap/url.h"

#include "apr_lib.h"
#include "apr_strings.h"

/* Length of the scheme and the host at the beginning of a public side. */
static apr_size_t site_length(const char *text)
{
    const char *colon = strstr(text, "://");

    if (*text == '/' || !colon) {
        return 0;
    }
    return (apr_size_t)(colon - text) + 3 + strcspn(colon + 3, "/?#");
}

static int is_group(const char *text)
{
    return text[0] == '$' && apr_isdigit(text[1]);
}

/* Split "text$1text$2text" into pieces: some text, then a group. */
static void split(revmap_rewrite *rewrite, const char *text)
{
    const char *site_end = text + site_length(text);

    while (*text) {
        revmap_piece *piece = apr_array_push(rewrite->pieces);
        const char *begin = text;

        while (*text && !is_group(text)) {
            text++;
        }
        piece->text = revmap_slice_make(begin, (apr_size_t)(text - begin));
        piece->group = -1;
        if (*text) {
            piece->group = text[1] - '0';
            rewrite->host_pieces += text < site_end;
            text += 2;
        }
    }
}

static const char *check_groups(apr_pool_t *pool, const revmap_rewrite *rewrite,
                                const char *text, int groups)
{
    int i;

    for (i = 0; i < rewrite->pieces->nelts; i++) {
        int group = APR_ARRAY_IDX(rewrite->pieces, i, revmap_piece).group;

        if (group > groups) {
            return apr_psprintf(pool,
                                "'$%d' in '%s' has no group: the regular "
                                "expression has %d, write at most '$%d'",
                                group, text, groups, groups);
        }
    }
    return NULL;
}

/* "https://www.example.com$1": whatever $1 begins with becomes part of the
 * host name. */
static const char *check_host(apr_pool_t *pool, const char *text)
{
    apr_size_t len = site_length(text);

    if (len < 3 || text[len] || !is_group(text + len - 2)
        || !apr_isalnum(text[len - 3])) {
        return NULL;
    }
    return apr_psprintf(pool,
                        "'%s' continues the host with '%s': write '%.*s/%s' "
                        "and let the group begin behind the slash",
                        text, text + len - 2, (int)len - 2, text,
                        text + len - 2);
}

const char *revmap_rewrite_parse(apr_pool_t *pool, revmap_rewrite *rewrite,
                                 const char *text, int groups)
{
    revmap_url url;
    revmap_reason reason = revmap_url_parse(&url, revmap_slice_of(text));
    const char *error;

    rewrite->pieces = apr_array_make(pool, 4, sizeof(revmap_piece));
    rewrite->host_pieces = 0;
    if (reason == REVMAP_BAD_BACKSLASH) {
        return apr_psprintf(pool,
                            "'%s' has a backslash: write '$1' for the first "
                            "group",
                            text);
    }
    if (reason) {
        return apr_psprintf(pool, "'%s' cannot be used (%s)", text,
                            revmap_reason_words(reason));
    }
    if (url.form != REVMAP_FORM_ABSOLUTE && url.form != REVMAP_FORM_PATH) {
        return apr_psprintf(pool,
                            "'%s' is neither a URL nor a path: begin "
                            "it with 'https://' or '/'",
                            text);
    }
    if (!revmap_path_escapes_are_whole(url.path)) {
        return apr_psprintf(pool,
                            "'%s' has a '%%' that begins no escape: write "
                            "'$1' for the first group, '%%25' for the "
                            "character itself",
                            text);
    }
    split(rewrite, text);
    error = check_groups(pool, rewrite, text, groups);
    return error ? error : check_host(pool, text);
}

/* What may be put into the middle of a host. */
static int is_host_text(revmap_slice text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if (!apr_isalnum(text.ptr[i]) && !strchr(".-_", text.ptr[i])) {
            return 0;
        }
    }
    return 1;
}

const char *revmap_rewrite_apply(apr_pool_t *pool,
                                 const revmap_rewrite *rewrite,
                                 const char *subject)
{
    revmap_slice groups[10];
    int count = rewrite->pieces->nelts;
    revmap_slice *parts;
    int i;

    memset(groups, 0, sizeof(groups));
    if (!rewrite->match(rewrite->regex, subject, groups)) {
        return NULL;
    }
    parts = apr_pcalloc(pool, (apr_size_t)count * 2 * sizeof(*parts));
    for (i = 0; i < count; i++) {
        const revmap_piece *piece =
            &APR_ARRAY_IDX(rewrite->pieces, i, revmap_piece);

        parts[2 * i] = piece->text;
        if (piece->group >= 0) {
            parts[2 * i + 1] = groups[piece->group];
        }
        if (i < rewrite->host_pieces && !is_host_text(parts[2 * i + 1])) {
            return NULL;
        }
    }
    return revmap_slice_join(pool, parts, 2 * count);
}
