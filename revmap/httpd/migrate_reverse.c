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

/* What becomes of a ProxyPassReverse line. */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/migration.h"

#include "apr_strings.h"

#include "revmap/derive.h"

/* "${NAME}", which mod_proxy fills in for each request, as an expression. */
static const char *as_expression(apr_pool_t *pool, const char *word)
{
    const char *start = strstr(word, "${");
    const char *end = start ? strchr(start, '}') : NULL;

    if (!end) {
        return word;
    }
    return apr_pstrcat(
        pool, apr_pstrmemdup(pool, word, (apr_size_t)(start - word)),
        "%{reqenv:",
        apr_pstrmemdup(pool, start + 2, (apr_size_t)(end - start) - 2), "}",
        as_expression(pool, end + 1), NULL);
}

static int ends_with_slash(const char *text)
{
    return revmap_slice_ends_with_slash(revmap_slice_of(text));
}

/* What follows scheme and authority; "" if nothing does. */
static const char *path_of_url(const char *url)
{
    const char *colon = strstr(url, "://");

    return colon ? colon + 3 + strcspn(colon + 3, "/") : url;
}

static const char *without_slash(apr_pool_t *pool, const char *path)
{
    revmap_slice slice = revmap_slice_without_slash(revmap_slice_of(path));

    return apr_pstrmemdup(pool, slice.ptr, slice.len);
}

/* The words of a line; in a <Location> the public side is its path. */
typedef struct reverse {
    const char *fake;
    const char *real;
    int is_interpolated;
} reverse;

static void read_reverse(const revmap_migrant *in,
                         const ap_directive_t *directive, reverse *line)
{
    const char *args = directive->args;

    line->fake = in->location ? in->location : ap_getword_conf(in->pool, &args);
    line->real = ap_getword_conf(in->pool, &args);
    line->is_interpolated = *args && strstr(directive->args, "${");
}

/* Is there a line with the same public side for a URL with this path? */
static int is_covered(const revmap_migrant *in, const ap_directive_t *directive,
                      const reverse *line)
{
    const ap_directive_t *other = revmap_first_sibling(directive);

    for (; other; other = other->next) {
        reverse url;

        if (!revmap_is_word(other->directive, directive->directive)) {
            continue;
        }
        read_reverse(in, other, &url);
        if (!strcmp(without_slash(in->pool, url.fake),
                    without_slash(in->pool, line->fake))
            && !strncmp(url.real, "http", 4)
            && !strcmp(without_slash(in->pool, path_of_url(url.real)),
                       without_slash(in->pool, line->real))) {
            return 1;
        }
    }
    return 0;
}

/* Outside of sections a path would be that of every backend: say whose. */
static void name_backend(const revmap_migrant *in,
                         const ap_directive_t *directive, reverse *line)
{
    const ap_directive_t *other = revmap_first_sibling(directive);

    for (; other && !in->location; other = other->next) {
        reverse pass;

        if (!revmap_is_word(other->directive, "ProxyPass")) {
            continue;
        }
        read_reverse(in, other, &pass);
        if (!strcmp(pass.fake, line->fake) && !strncmp(pass.real, "http", 4)) {
            const char *path = path_of_url(pass.real);

            line->real =
                apr_pstrcat(in->pool,
                            apr_pstrmemdup(in->pool, pass.real,
                                           (apr_size_t)(path - pass.real)),
                            line->real, NULL);
            return;
        }
    }
}

/* What httpd did with such a line, and RevMap does not. */
static const char *flaw_of(const reverse *line)
{
    const char *path = path_of_url(line->real);

    if (line->real[0] == '/') {
        return "httpd took redirects to other hosts by it, too";
    }
    if (!strncmp(line->real, "unix:", 5)) {
        return "httpd looked for the name of the socket: nothing was mapped";
    }
    if (ends_with_slash(line->fake) != ends_with_slash(line->real)) {
        return "httpd wrote a slash too many, or none";
    }
    if (!*path) {
        return "httpd mapped URLs of all hosts that only begin like this one";
    }
    if (!ends_with_slash(path)) {
        return "httpd mapped all paths that only begin like this one";
    }
    return NULL;
}

/* The two sides in one form, however they are spelled. */
static const char *key_of(apr_pool_t *pool, const revmap_side *public_side,
                          const revmap_side *side)
{
    return apr_psprintf(
        pool, "%s%.*s %s%.*s",
        public_side->has_origin ? revmap_origin_text(pool, &public_side->origin)
                                : "",
        (int)public_side->path.len, public_side->path.ptr,
        side->has_origin ? revmap_origin_text(pool, &side->origin) : "",
        (int)side->path.len, side->path.ptr);
}

/* Returns what is wrong with the sides, or NULL if they make a new rule. */
static const char *check_sides(const revmap_migrant *in,
                               const ap_directive_t *directive,
                               const reverse *line)
{
    revmap_side public_side;
    revmap_side side;
    revmap_side_kind kind;
    const ap_directive_t *twice;
    const char *error = NULL;
    const char *key;

    if (line->fake == in->location) {
        revmap_side_of_path(in->pool, &public_side, line->fake);
    }
    else {
        error = revmap_side_parse_public(in->pool, &public_side, line->fake);
    }
    if (!error) {
        error = revmap_side_parse_backend(in->pool, &side, &kind, line->real);
    }
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        return "it did nothing: no redirect has such a URL; see RevMapAuto";
    }
    key = key_of(in->pool, &public_side, &side);
    twice = apr_hash_get(in->rules, key, APR_HASH_KEY_STRING);
    if (twice) {
        return apr_psprintf(in->pool, "the same as line %d", twice->line_num);
    }
    apr_hash_set(in->rules, key, APR_HASH_KEY_STRING, directive);
    return NULL;
}

/* A pattern that is a literal path and all that follows it. */
static int read_pattern(const revmap_migrant *in, reverse *line)
{
    const char *pattern = line->fake;
    const char *target = apr_pstrcat(in->pool, line->real, "$1", NULL);

    return !revmap_derive_invert(in->pool, pattern, target, &line->fake,
                                 &line->real)
           || !revmap_derive_invert(
               in->pool, apr_pstrcat(in->pool, pattern, "(.*)$", NULL), target,
               &line->fake, &line->real);
}

/* Returns zero if no line can say the same. */
static int take_pattern(const revmap_migrant *in, reverse *line,
                        revmap_migration *result)
{
    if (line->real[0] == '/' || !read_pattern(in, line)) {
        result->remark = "httpd put the pattern into redirects; write "
                         "RevMapRewrite or RevMapAuto";
        return 0;
    }
    result->remark = "httpd put the pattern into redirects";
    return 1;
}

static const char *rule_text(const revmap_migrant *in, const reverse *line)
{
    if (line->fake == in->location) {
        return apr_pstrcat(in->pool, "RevMap ",
                           revmap_quote(in->pool, line->real), NULL);
    }
    return apr_pstrcat(in->pool, "RevMap ", revmap_quote(in->pool, line->fake),
                       " ", revmap_quote(in->pool, line->real), NULL);
}

void revmap_migrate_reverse(const revmap_migrant *in,
                            const ap_directive_t *directive,
                            revmap_migration *result)
{
    const char *why_not;
    reverse line;

    if (in->is_refused) {
        result->remark = "httpd put the section's URL into redirects; write "
                         "RevMap at ProxyPass";
        return;
    }
    read_reverse(in, directive, &line);
    if (in->is_pattern && !take_pattern(in, &line, result)) {
        return;
    }
    if (line.is_interpolated) {
        if (line.fake != in->location) {
            line.fake = as_expression(in->pool, line.fake);
        }
        line.real = as_expression(in->pool, line.real);
        result->line = rule_text(in, &line);
        return;
    }
    if (line.real[0] == '/' && is_covered(in, directive, &line)) {
        result->remark = "the line with the URL covers it; httpd took "
                         "redirects to other hosts by it";
        return;
    }
    if (!result->remark) {
        result->remark = flaw_of(&line);
    }
    if (line.real[0] == '/') {
        name_backend(in, directive, &line);
    }
    why_not = revmap_is_balancer(line.real) ? NULL
                                            : check_sides(in, directive, &line);
    if (why_not) {
        result->remark = why_not;
        return;
    }
    result->line = rule_text(in, &line);
}
