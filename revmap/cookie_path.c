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

#include "revmap/cookie_mapping.h"
#include "revmap/match.h"
#include "revmap/noinline.h"
#include "revmap/reach.h"

/* ---- which one --------------------------------------------------------- */

/* A Path that is mapped: its public beginning, and what is kept. */
typedef struct new_path {
    revmap_slice prefix;
    revmap_slice rest; /* of the path that is mapped, maybe empty */
    const revmap_place *place;
    int is_odd; /* there may be a ';' in the prefix */
} new_path;

/* The longest RevMapCookiePath, inner sections first on a tie. */
static REVMAP_NOINLINE revmap_found find_path_rule(const revmap_scope *scope,
                                                   revmap_slice path)
{
    revmap_found longest = {NULL, 0};

    while (scope) {
        const revmap_index *lines = scope->map->cookie_paths;
        revmap_found here = {NULL, 0};

        if (lines) {
            here = revmap_index_longest_bytes(lines, NULL, path);
        }
        if (here.entry && (!longest.entry || here.matched > longest.matched)) {
            longest = here;
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIE_PATHS);
    }
    return longest;
}

/* The prefix is replaced as it is spelled; where prefix and rest meet there
 * is one slash, as there was. */
static int map_path_by_line(revmap_cookie *cookie, revmap_slice path,
                            const revmap_found *found, new_path *made)
{
    const revmap_cookie_rule *line = found->entry;

    if (line->nested
        && revmap_path_covers(line->public_key, path, REVMAP_READ_BYTES,
                              NULL)) {
        revmap_edits_note(&cookie->edits, REVMAP_ALREADY_PUBLIC, &line->place);
        return 0;
    }
    made->place = &line->place;
    made->is_odd = 0;
    made->prefix = revmap_slice_of(line->public_side);
    made->rest = revmap_slice_from(path, found->matched);
    if (made->rest.len == 1
        && (revmap_slice_ends_with_slash(revmap_slice_of(line->internal))
            || revmap_slice_ends_with_slash(made->prefix))) {
        made->rest.len = 0;
    }
    if (made->rest.len && revmap_slice_ends_with_slash(made->prefix)) {
        made->rest = revmap_slice_from(made->rest, 1);
    }
    return 1;
}

/* Is the path meant in public terms already? */
static int is_public_path(revmap_cookie *cookie, revmap_slice path,
                          const revmap_rule *rule)
{
    const revmap_rule *other;

    if (rule->nested
        && revmap_path_covers(revmap_public_path(rule), path, REVMAP_READ_BYTES,
                              NULL)) {
        revmap_edits_note(&cookie->edits, REVMAP_ALREADY_PUBLIC, &rule->place);
        return 1;
    }
    other = revmap_match_other_mount(cookie->exchange, path, rule);
    if (other) {
        revmap_edits_note(&cookie->edits, REVMAP_OTHER_MOUNT, &other->place);
    }
    return other != NULL;
}

/* Several mounts may lead to the path: it is cut to their common ancestor. */
static void cut_to_ancestor(const revmap_cookie *cookie,
                            const revmap_rule *rule, revmap_slice path,
                            new_path *made)
{
    apr_size_t len;

    if (revmap_reaches_one(cookie->exchange, rule)
        || revmap_cookie_is_narrowed(cookie)) {
        return;
    }
    len =
        revmap_reach_ancestor(cookie->exchange, path, made->prefix, made->rest);
    if (len < made->prefix.len) {
        made->prefix.len = len;
    }
    made->rest.len = len - made->prefix.len;
}

static void use_root_if_empty(new_path *made)
{
    if (!made->prefix.len && !made->rest.len) {
        made->prefix = REVMAP_LITERAL("/");
    }
}

/* A Path that is wider than the rule through which the request came becomes
 * the public side of this rule. */
static int narrow_path(const revmap_cookie *cookie, revmap_slice path,
                       new_path *made)
{
    const revmap_rule *rule =
        revmap_cookie_is_narrowed(cookie) ? revmap_match_entrance(
            cookie->exchange, revmap_slice_without_slash(path))
                                          : NULL;

    if (rule) {
        made->place = &cookie->scope->place;
        made->is_odd = rule->semicolon;
        made->prefix = revmap_public_path(rule);
        made->rest = revmap_slice_from(path, path.len);
        use_root_if_empty(made);
    }
    return rule != NULL;
}

/* By the rules of the answering backend.  A Path that ends with the rule's
 * has no slash at its end, so that it is the default path of the mount. */
static int map_path_by_rule(revmap_cookie *cookie, revmap_slice path,
                            new_path *made)
{
    const revmap_rule *rule;
    revmap_match match;

    revmap_match_init(&match, cookie->exchange, path, REVMAP_READ_BYTES);
    revmap_match_answering(&match);
    rule = match.rule;
    if (!(rule && rule->excluded) && narrow_path(cookie, path, made)) {
        return 1;
    }
    if (!rule || rule->excluded) {
        revmap_edits_note(&cookie->edits,
                          rule ? REVMAP_EXCLUDED : REVMAP_OUTSIDE,
                          rule ? &rule->place : NULL);
        return 0;
    }
    if (is_public_path(cookie, path, rule)) {
        return 0;
    }
    made->place = &rule->place;
    made->is_odd = rule->semicolon;
    made->prefix = revmap_public_path(rule);
    made->rest = revmap_slice_from(path, match.matched);
    if (!revmap_backend_path(rule).len && made->rest.len == 1) {
        made->rest.len = 0;
    }
    cut_to_ancestor(cookie, rule, path, made);
    use_root_if_empty(made);
    return 1;
}

static int map_path(revmap_cookie *cookie, revmap_slice path, int is_there,
                    new_path *made)
{
    const revmap_exchange *exchange = cookie->exchange;
    revmap_found line = {NULL, 0};

    if (is_there && (exchange->holds & REVMAP_HOLDS_COOKIE_PATHS)) {
        line = find_path_rule(exchange->scope, path);
    }
    return line.entry ? map_path_by_line(cookie, path, &line, made)
                      : map_path_by_rule(cookie, path, made);
}

/* ---- writing it --------------------------------------------------------- */

static int is_unchanged(const new_path *made, revmap_slice path)
{
    return made->prefix.len + made->rest.len == path.len
           && memcmp(made->prefix.ptr, path.ptr, made->prefix.len) == 0
           && memcmp(made->rest.ptr, path.ptr + made->prefix.len,
                     made->rest.len)
                  == 0;
}

/* Is it what the browser takes by itself?  As mod_proxy may have spelled it
 * otherwise, the browser would not send the cookie back. */
static int is_default(const revmap_cookie *cookie, const new_path *made)
{
    return revmap_path_equal_parts(
        made->prefix, made->rest,
        revmap_cookie_default_path(cookie->exchange->public_path),
        REVMAP_READ_DECODED);
}

/* What stands behind a ';' would be another attribute. */
static int has_semicolon(revmap_slice path)
{
    return memchr(path.ptr, ';', path.len) != NULL;
}

/* Why it is not written.  If there is a Path, the rest has stood there
 * already. */
static revmap_reason check(const revmap_cookie *cookie, revmap_slice path,
                           int is_there, const new_path *made)
{
    if (is_there ? is_unchanged(made, path) : is_default(cookie, made)) {
        return REVMAP_SAME;
    }
    if ((made->is_odd && has_semicolon(made->prefix))
        || (!is_there && has_semicolon(made->rest))) {
        return REVMAP_UNFIT;
    }
    return made->prefix.len + made->rest.len > REVMAP_MAX_ATTRIBUTE
               ? REVMAP_TOO_LONG
               : REVMAP_OK;
}

/* In the place of the old one, of which the rest is left. */
static void replace_path(revmap_cookie *cookie, revmap_slice old,
                         const new_path *made)
{
    revmap_edits *edits = &cookie->edits;
    revmap_slice head =
        revmap_slice_make(old.ptr, (apr_size_t)(made->rest.ptr - old.ptr));
    revmap_slice tail = revmap_slice_from(old, head.len + made->rest.len);

    cookie->path_from = revmap_edits_len(edits, old.ptr);
    revmap_edits_remove(edits, head, made->place);
    revmap_edits_add(edits, made->prefix);
    if (tail.len) {
        revmap_edits_remove(edits, tail, made->place);
    }
}

static void append_path(revmap_cookie *cookie, const new_path *made)
{
    revmap_edits *edits = &cookie->edits;

    revmap_edits_append(edits, made->place);
    revmap_edits_add(edits, REVMAP_LITERAL("; Path="));
    cookie->path_from = revmap_edits_len(edits, edits->rest);
    revmap_edits_add(edits, made->prefix);
    revmap_edits_add(edits, made->rest);
}

static void write_path(revmap_cookie *cookie, revmap_slice path, int is_there,
                       const new_path *made)
{
    if (is_there) {
        replace_path(cookie, path, made);
    }
    else {
        append_path(cookie, made);
    }
    cookie->path_len = made->prefix.len + made->rest.len;
}

void revmap_cookie_edit_path(revmap_cookie *cookie, revmap_slice path,
                             int is_there)
{
    revmap_reason reason;
    new_path made;

    if (!map_path(cookie, path, is_there, &made)) {
        return;
    }
    reason = check(cookie, path, is_there, &made);
    if (!reason) {
        write_path(cookie, path, is_there, &made);
    }
    else if (is_there) {
        revmap_edits_note(&cookie->edits, reason, made.place);
    }
}

revmap_slice revmap_cookie_default_path(revmap_slice path)
{
    while (path.len > 1 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    if (path.len > 1) {
        path.len--;
    }
    return path.len ? path : REVMAP_LITERAL("/");
}
