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

#include "revmap/cookie_rule.h"

#include "apr_strings.h"

/* What would end the attribute or the header. */
static int has_odd_byte(const char *text)
{
    const unsigned char *c;

    for (c = (const unsigned char *)text; *c; c++) {
        if (*c <= ' ' || *c >= 0x7F || *c == ';') {
            return 1;
        }
    }
    return 0;
}

static int is_word(const char *text, revmap_slice word)
{
    return revmap_slice_equal_nocase(revmap_slice_of(text), word);
}

static int is_remove(const char *text)
{
    return is_word(text, REVMAP_LITERAL("remove"));
}

static int is_none(const char *text)
{
    return is_word(text, REVMAP_LITERAL("none"));
}

static const char *check_path(apr_pool_t *pool, const char *path)
{
    if (strstr(path, "://")) {
        return apr_psprintf(pool,
                            "'%s' is not a path: write it without scheme and "
                            "host",
                            path);
    }
    if (is_remove(path) || is_none(path)) {
        return apr_psprintf(pool,
                            "'%s' is not a path: a Path is not removed, write "
                            "'/' for the whole site",
                            path);
    }
    if (path[0] != '/') {
        return apr_psprintf(pool, "'%s' is not a path: write '/%s'", path,
                            path);
    }
    if (has_odd_byte(path)) {
        return apr_psprintf(pool,
                            "'%s' cannot stand in a cookie: escape "
                            "blanks, ';' and what is not ASCII with '%%'",
                            path);
    }
    return NULL;
}

const char *revmap_cookie_path_rule(apr_pool_t *pool, revmap_cookie_rule *rule,
                                    const char *internal,
                                    const char *public_side)
{
    const char *error = check_path(pool, internal);

    if (!error) {
        error = check_path(pool, public_side);
    }
    rule->internal = internal;
    rule->public_side = public_side;
    rule->key = revmap_slice_without_slash(revmap_slice_of(internal));
    rule->public_key = revmap_slice_without_slash(revmap_slice_of(public_side));
    rule->nested = rule->public_key.len > rule->key.len
                   && revmap_path_covers(rule->key, rule->public_key,
                                         REVMAP_READ_BYTES, NULL);
    return error;
}

const char *revmap_cookie_domain_key(apr_pool_t *pool, revmap_slice domain)
{
    char *key = apr_palloc(pool, domain.len + 2);
    apr_size_t i;

    key[0] = '.';
    for (i = 0; i < domain.len; i++) {
        key[i + 1] = (char)revmap_lower((unsigned char)domain.ptr[i]);
    }
    key[i + 1] = '\0';
    return key;
}

static const char *check_host(apr_pool_t *pool, const char *host)
{
    if (!strncmp(host, "*.", 2)) {
        return apr_psprintf(pool, "'%s' is not a host: write '%s'", host,
                            host + 1);
    }
    if (!*host || has_odd_byte(host) || strpbrk(host, "/:@,=\"")) {
        return apr_psprintf(pool,
                            "'%s' is not a host: write it like "
                            "'www.example.com', without scheme and port",
                            host);
    }
    return NULL;
}

const char *revmap_cookie_domain_rule(apr_pool_t *pool,
                                      revmap_cookie_rule *rule,
                                      const char *internal,
                                      const char *public_side)
{
    int is_suffix = internal[0] == '.';
    const char *host = internal + is_suffix;
    const char *key = revmap_cookie_domain_key(pool, revmap_slice_of(host));
    const char *error = check_host(pool, host);

    rule->internal = internal;
    rule->key = revmap_slice_of(is_suffix ? key : key + 1);
    if (is_remove(internal)) {
        return apr_psprintf(pool,
                            "'%s' comes second: write the backend's host in "
                            "front of it",
                            internal);
    }
    if (is_remove(public_side)) {
        rule->public_side = NULL;
        return error;
    }
    if (!error && is_none(public_side)) {
        error = apr_psprintf(pool, "'%s' is not a host: write 'remove'",
                             public_side);
    }
    rule->public_side = public_side;
    return error ? error
                 : check_host(pool, public_side + (public_side[0] == '.'));
}
