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

#include "revmap/side.h"

#include "apr_lib.h"
#include "apr_strings.h"

/* Backends whose responses name no origin and whose paths are no URL paths. */
static const char *const gateways[] = {"fcgi", "scgi", "uwsgi"};

static revmap_slice scheme_of(const char *text)
{
    const char *colon = strstr(text, "://");

    return revmap_slice_make(text, colon ? (apr_size_t)(colon - text) : 0);
}

static int is_gateway(revmap_slice scheme)
{
    int i;

    for (i = 0; i < (int)(sizeof(gateways) / sizeof(gateways[0])); i++) {
        if (revmap_slice_equal_nocase(scheme, revmap_slice_of(gateways[i]))) {
            return 1;
        }
    }
    return 0;
}

/* What reads like a wildcard or an expression, which sides are not, or like a
 * line of nginx.
 * @param text what was written, one byte at least */
static const char *check_pattern(apr_pool_t *pool, const char *text,
                                 const revmap_url *url)
{
    revmap_slice host = url->origin.host;
    apr_size_t odd = host.len ? strcspn(host.ptr, "*$") : 0;
    char last = text[strlen(text) - 1];

    if (*text == '^' || strstr(text, "(.") || strstr(text, ".*")) {
        return apr_psprintf(pool,
                            "'%s' looks like a regular expression: write "
                            "RevMapRewrite for it",
                            text);
    }
    if (odd < host.len) {
        return apr_psprintf(pool,
                            "'%s' has a '%c' in its host: write RevMapRewrite, "
                            "with a regular expression for the hosts",
                            text, host.ptr[odd]);
    }
    if (last == '*' || last == ';') {
        return apr_psprintf(pool,
                            "'%s' ends with a '%c': leave it out, a side "
                            "covers all that is below it",
                            text, last);
    }
    return NULL;
}

static const char *set_path(apr_pool_t *pool, revmap_side *side,
                            const revmap_url *url, const char *text)
{
    if (url->suffix.len) {
        return apr_psprintf(pool,
                            "'%s' has a '%c': a side of a rule ends with its "
                            "path, queries and fragments are carried over",
                            text, *url->suffix.ptr);
    }
    if (!revmap_path_escapes_are_whole(url->path)) {
        return apr_psprintf(pool,
                            "'%s' has a '%%' that begins no escape: write "
                            "'%%25' for the character itself",
                            text);
    }
    if (revmap_url_has_dots(url)) {
        return apr_psprintf(pool,
                            "'%s' has a '.' or '..' segment: write the path "
                            "that it leads to",
                            text);
    }
    side->path =
        revmap_slice_without_slash(revmap_path_escape(pool, url->path, 0));
    return NULL;
}

typedef revmap_reason parse_function(revmap_url *, revmap_slice);

static const char *parse_side(apr_pool_t *pool, revmap_side *side,
                              const char *text, const char *shown,
                              parse_function *parse)
{
    revmap_url url;
    revmap_reason reason = parse(&url, revmap_slice_of(text));
    const char *error;

    memset(side, 0, sizeof(*side));
    if (!*text) {
        return apr_psprintf(pool,
                            "'%s' has no URL: write one like "
                            "'http://host:8080/path', or a path like '/path'",
                            shown);
    }
    error = check_pattern(pool, shown, &url);
    if (error) {
        return error;
    }
    if (reason == REVMAP_BAD_SCHEME
        && apr_isdigit(text[strcspn(text, ":") + 1])) {
        return apr_psprintf(pool, "'%s' lacks its scheme: write 'http://%s'",
                            shown, shown);
    }
    if (reason) {
        return apr_psprintf(pool,
                            "'%s' cannot be used (%s): write a URL like "
                            "'http://host:8080/path' or a path like '/path'",
                            shown, revmap_reason_words(reason));
    }
    if (url.form == REVMAP_FORM_NETWORK) {
        return apr_psprintf(pool, "'%s' lacks its scheme: write 'http:%s'",
                            shown, shown);
    }
    if (url.form == REVMAP_FORM_RELATIVE) {
        return apr_psprintf(pool,
                            "'%s' is neither a URL nor a path: write "
                            "'http://%s' or '/%s'",
                            shown, shown, shown);
    }
    side->has_origin = url.form == REVMAP_FORM_ABSOLUTE;
    side->origin = url.origin;
    return set_path(pool, side, &url, shown);
}

/* "unix:/run/app.sock|http://host/path": the socket is where it is asked,
 * the URL is what it calls itself. */
static const char *strip_socket(apr_pool_t *pool, const char **text)
{
    const char *bar;

    if (!revmap_slice_begins_nocase(revmap_slice_of(*text),
                                    REVMAP_LITERAL("unix:"))) {
        return NULL;
    }
    bar = strchr(*text, '|');
    if (!bar) {
        return apr_psprintf(pool,
                            "'%s' lacks its URL: write "
                            "'%s|http://localhost/'",
                            *text, *text);
    }
    *text = bar + 1;
    return NULL;
}

const char *revmap_side_parse_backend(apr_pool_t *pool, revmap_side *side,
                                      revmap_side_kind *kind, const char *text)
{
    const char *shown = text;
    const char *error = strip_socket(pool, &text);
    revmap_slice scheme = scheme_of(text);

    *kind = REVMAP_SIDE_RULE;
    if (error) {
        return error;
    }
    if (is_gateway(scheme)) {
        *kind = REVMAP_SIDE_NOTHING;
        return NULL;
    }
    if (revmap_slice_equal_nocase(scheme, REVMAP_LITERAL("balancer"))) {
        return apr_psprintf(pool,
                            "'%s' cannot stand here: write a line for each "
                            "member of the balancer",
                            shown);
    }
    if (scheme.len && !revmap_backend_scheme(scheme)) {
        return apr_psprintf(pool,
                            "'%s' has a scheme that no backend has: write "
                            "http, https, ws, wss, h2, h2c, ajp or balancer",
                            shown);
    }
    return parse_side(pool, side, text, shown, revmap_url_parse_backend);
}

const char *revmap_side_parse_public(apr_pool_t *pool, revmap_side *side,
                                     const char *text)
{
    return parse_side(pool, side, text, text, revmap_url_parse);
}

void revmap_side_of_path(apr_pool_t *pool, revmap_side *side, const char *path)
{
    memset(side, 0, sizeof(*side));
    side->path = revmap_slice_without_slash(
        revmap_path_escape(pool, revmap_slice_of(path), 1));
}

const char *revmap_site_parse(apr_pool_t *pool, revmap_site *site,
                              const char *text)
{
    revmap_side side;
    const char *error = parse_side(pool, &side, text, text, revmap_url_parse);

    if (error || !side.has_origin || side.path.len) {
        return apr_psprintf(pool,
                            "'%s' is no origin: write scheme, host and "
                            "port alone, like 'https://www.example.com'",
                            text);
    }
    site->origin = side.origin;
    site->text = revmap_origin_text(pool, &side.origin);
    return NULL;
}
