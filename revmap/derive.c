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

#include "revmap/derive.h"

#include "apr_lib.h"
#include "apr_strings.h"

static int takes(const char **text, const char *expected)
{
    apr_size_t len = strlen(expected);

    if (strncmp(*text, expected, len) != 0) {
        return 0;
    }
    *text += len;
    return 1;
}

/* Copy the literal beginning of a pattern, without its backslashes. */
static char *take_literal(apr_pool_t *pool, const char **pattern)
{
    char *literal = apr_palloc(pool, strlen(*pattern) + 1);
    char *end = literal;
    const char *c = *pattern;

    for (; *c && !strchr("^$.[](){}*+?|", *c); c++) {
        if (*c == '\\') {
            if (!c[1] || apr_isalnum(c[1])) {
                break;
            }
            c++;
        }
        *end++ = *c;
    }
    *end = '\0';
    *pattern = c;
    return literal;
}

/* What a pattern says: a literal, then all the rest. */
typedef struct revmap_shape {
    const char *literal; /* the path up to the rest */
    apr_size_t before;   /* how much of it stands before the group */
    int has_group;
} revmap_shape;

/* "^" literal [ "(" literal ] ( ".*" / ".+" ) [ ")" [ "?" ] ] [ "$" ] */
static int read_shape(apr_pool_t *pool, const char *pattern,
                      revmap_shape *shape)
{
    const char *before;
    const char *within = "";

    if (!takes(&pattern, "^")) {
        return 0;
    }
    before = take_literal(pool, &pattern);
    shape->before = strlen(before);
    shape->has_group = takes(&pattern, "(");
    if (shape->has_group) {
        within = take_literal(pool, &pattern);
    }
    shape->literal = apr_pstrcat(pool, before, within, NULL);
    if (!takes(&pattern, ".*") && !takes(&pattern, ".+")) {
        return 0;
    }
    if (shape->has_group) {
        if (!takes(&pattern, ")")) {
            return 0;
        }
        takes(&pattern, "?");
    }
    takes(&pattern, "$");
    return *pattern == '\0';
}

/* Is a URL fixed as far as its path, so that the rest goes into the path? */
static int names_host(const char *url, apr_size_t len)
{
    const char *colon = strstr(url, "://");
    apr_size_t site = colon ? (apr_size_t)(colon - url) + 3 : len;

    return site < len && url[site] != '/' && !memchr(url, '?', len);
}

const char *revmap_derive_invert(apr_pool_t *pool, const char *pattern,
                                 const char *target, const char **fake,
                                 const char **real)
{
    const char *group = strchr(target, '$');
    apr_size_t len = group ? (apr_size_t)(group - target) : strlen(target);
    revmap_shape shape;

    if (!read_shape(pool, pattern, &shape)) {
        return "the pattern is not a literal path and all that follows it";
    }
    if (!names_host(target, len)
        || (group && (!shape.has_group || strcmp(group, "$1") != 0))) {
        return "the target does not end with the rest of the path, '$1'";
    }
    if (!group) {
        /* mod_proxy appends the whole path. */
        shape.before = 0;
    }
    /* Of two slashes that meet here, the backend hardly repeats both. */
    if (target[len - 1] == '/' && shape.literal[shape.before] == '/') {
        len--;
    }
    *fake = *shape.literal ? shape.literal : "/";
    *real = apr_pstrcat(pool, apr_pstrmemdup(pool, target, len),
                        shape.literal + shape.before, NULL);
    if (*shape.literal
        && revmap_slice_ends_with_slash(revmap_slice_of(*fake))
               != revmap_slice_ends_with_slash(revmap_slice_of(*real))) {
        return "the rest of the path does not begin with a segment on both "
               "sides";
    }
    return NULL;
}

const char *revmap_derive_from_request(revmap_slice public_path,
                                       revmap_slice backend_path,
                                       apr_size_t *public_len,
                                       apr_size_t *backend_len)
{
    revmap_slice a = public_path;
    revmap_slice b = backend_path;

    *public_len = a.len;
    *backend_len = b.len;
    while (a.len && b.len) {
        int begins_segment = a.ptr[a.len - 1] == '/' && b.ptr[b.len - 1] == '/';

        if (revmap_path_take_last(&a) != revmap_path_take_last(&b)) {
            break;
        }
        if (begins_segment) {
            *public_len = a.len;
            *backend_len = b.len;
        }
    }
    if (*public_len == public_path.len) {
        return "the two paths end differently";
    }
    if (!*public_len && *backend_len) {
        return "the public path is only the end of the backend's";
    }
    if (*backend_len && public_path.len - *public_len == 1) {
        return "the two paths have only a slash at the end in common";
    }
    return NULL;
}
