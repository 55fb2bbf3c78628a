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

#include "revmap/cookie.h"
#include "revmap/cookie_domain.h"
#include "revmap/cookie_field.h"
#include "revmap/cookie_flags.h"
#include "revmap/cookie_line.h"
#include "revmap/edit.h"
#include "revmap/match.h"
#include "revmap/reach.h"

/* One field while it is being mapped. */
typedef struct revmap_cookie {
    const revmap_exchange *exchange;
    revmap_cookie_field field;
    revmap_edits edits;
    revmap_cookie_wishes wishes;
    revmap_flags flags;
    int is_fixed;         /* its Path and Domain are not touched */
    apr_size_t path_len;  /* of the last Path, if it is new, else 0 */
    apr_size_t path_from; /* where that one stands in the new field */
} revmap_cookie;

/* ---- Path --------------------------------------------------------------- */

/* Does a browser take it for a Path?  (RFC 6265 section 5.2.4) */
static int is_absolute(revmap_slice path)
{
    return path.len && path.ptr[0] == '/';
}

/* A Path that is mapped: its public beginning and the rest that is kept. */
typedef struct revmap_new_path {
    revmap_slice prefix;
    revmap_slice rest;
    const revmap_place *place;
    int is_odd; /* there may be a ';' in the prefix */
} revmap_new_path;

/* The longest RevMapCookiePath, inner sections first on a tie. */
static const revmap_cookie_rule *find_path_rule(const revmap_scope *scope,
                                                revmap_slice path,
                                                apr_size_t *matched)
{
    const revmap_cookie_rule *longest = NULL;

    while (scope) {
        apr_size_t here = 0;
        const revmap_index *lines = scope->map->cookie_paths;
        const revmap_cookie_rule *rule =
            lines ? revmap_index_longest(lines, NULL, path, REVMAP_READ_BYTES,
                                         &here)
                  : NULL;

        if (rule && (!longest || here > *matched)) {
            longest = rule;
            *matched = here;
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIE_PATHS);
    }
    return longest;
}

/* The prefix is replaced as it is spelled; where prefix and rest meet there
 * is one slash, as there was. */
static int map_path_by_line(revmap_cookie *cookie, revmap_slice path,
                            apr_size_t matched, const revmap_cookie_rule *line,
                            revmap_new_path *made)
{
    if (line->nested
        && revmap_path_covers(line->public_key, path, REVMAP_READ_BYTES,
                              NULL)) {
        revmap_edits_note(&cookie->edits, REVMAP_ALREADY_PUBLIC, &line->place);
        return 0;
    }
    made->place = &line->place;
    made->is_odd = 0;
    made->prefix = revmap_slice_of(line->public_side);
    made->rest = revmap_slice_from(path, matched);
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

static int is_narrowed(const revmap_cookie *cookie)
{
    const char *says = revmap_cookie_says(&cookie->wishes, REVMAP_COOKIE_SCOPE);

    return says && strcmp(says, "narrow") == 0;
}

/* Several mounts may lead to the path: it is cut to their common ancestor. */
static void cut_to_ancestor(const revmap_cookie *cookie,
                            const revmap_rule *rule, revmap_slice path,
                            revmap_new_path *made)
{
    apr_size_t len;

    if (is_narrowed(cookie) || revmap_reaches_one(cookie->exchange, rule)) {
        return;
    }
    len =
        revmap_reach_ancestor(cookie->exchange, path, made->prefix, made->rest);
    if (len < made->prefix.len) {
        made->prefix.len = len;
    }
    made->rest.len = len - made->prefix.len;
}

static void use_root_if_empty(revmap_new_path *made)
{
    if (!made->prefix.len && !made->rest.len) {
        made->prefix = REVMAP_LITERAL("/");
    }
}

/* A Path that is wider than the rule through which the request came becomes
 * the public side of this rule. */
static int narrow_path(const revmap_cookie *cookie, revmap_slice path,
                       revmap_new_path *made)
{
    const revmap_rule *rule =
        is_narrowed(cookie) ? revmap_match_entrance(
            cookie->exchange, revmap_slice_without_slash(path))
                            : NULL;

    if (rule) {
        made->place = &cookie->wishes.by[REVMAP_COOKIE_SCOPE]->place;
        made->is_odd = rule->semicolon;
        made->prefix = revmap_public_path(rule);
        made->rest = REVMAP_LITERAL("");
        use_root_if_empty(made);
    }
    return rule != NULL;
}

/* By the rules of the answering backend.  A Path that ends with the rule's
 * has no slash at its end, so that it is the default path of the mount. */
static int map_path_by_rule(revmap_cookie *cookie, revmap_slice path,
                            revmap_new_path *made)
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

static int is_unchanged(const revmap_new_path *made, revmap_slice path)
{
    return made->prefix.len + made->rest.len == path.len
           && memcmp(made->prefix.ptr, path.ptr, made->prefix.len) == 0
           && memcmp(made->rest.ptr, path.ptr + made->prefix.len,
                     made->rest.len)
                  == 0;
}

/* What stands behind a ';' would be another attribute. */
static int has_semicolon(revmap_slice path)
{
    return memchr(path.ptr, ';', path.len) != NULL;
}

static int fits(const revmap_new_path *made)
{
    return !made->is_odd || !has_semicolon(made->prefix);
}

static int map_path(revmap_cookie *cookie, revmap_slice path,
                    revmap_new_path *made)
{
    apr_size_t matched = 0;
    const revmap_exchange *exchange = cookie->exchange;
    const revmap_cookie_rule *line =
        exchange->holds & REVMAP_HOLDS_COOKIE_PATHS
            ? find_path_rule(exchange->scope, path, &matched)
            : NULL;

    return line ? map_path_by_line(cookie, path, matched, line, made)
                : map_path_by_rule(cookie, path, made);
}

/* Write a new Path; its last two parts are the path itself. */
static void write_path(revmap_cookie *cookie, revmap_slice old,
                       const revmap_slice *parts, int count,
                       const revmap_new_path *made)
{
    revmap_edits_replace(&cookie->edits, old, parts, count, made->place);
    cookie->path_len = made->prefix.len + made->rest.len;
    cookie->path_from = cookie->edits.len - cookie->path_len;
}

static void edit_path(revmap_cookie *cookie, revmap_slice value)
{
    revmap_new_path made;

    cookie->path_len = 0;
    if (!is_absolute(value) || !map_path(cookie, value, &made)) {
        return;
    }
    if (is_unchanged(&made, value)) {
        revmap_edits_note(&cookie->edits, REVMAP_SAME, made.place);
    }
    /* The rest has stood in a Path already. */
    else if (!fits(&made)) {
        revmap_edits_note(&cookie->edits, REVMAP_UNFIT, made.place);
    }
    else if (made.prefix.len + made.rest.len > REVMAP_MAX_ATTRIBUTE) {
        revmap_edits_note(&cookie->edits, REVMAP_TOO_LONG, made.place);
    }
    else {
        revmap_slice parts[2];

        parts[0] = made.prefix;
        parts[1] = made.rest;
        write_path(cookie, value, parts, 2, &made);
    }
}

/* default-path  (RFC 6265 section 5.1.4) */
static revmap_slice default_path(revmap_slice path)
{
    while (path.len > 1 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    if (path.len > 1) {
        path.len--;
    }
    return path.len ? path : REVMAP_LITERAL("/");
}

/* Is it what the browser takes by itself?  As mod_proxy may have spelled it
 * otherwise, the browser would not send the cookie back. */
static int is_default(const revmap_cookie *cookie, const revmap_new_path *made)
{
    return revmap_path_equal_parts(made->prefix, made->rest,
                                   default_path(cookie->exchange->public_path),
                                   REVMAP_READ_DECODED);
}

/* Without a Path the browser takes the directory of the URL that it asked
 * for; it is written out where that is not the mapped directory of the URL
 * that the backend was asked for. */
static void add_path(revmap_cookie *cookie)
{
    const revmap_exchange *x = cookie->exchange;
    revmap_slice text = cookie->edits.text;
    revmap_slice parts[3];
    revmap_new_path made;

    if (!x->backend_path.len || !x->public_path.len
        || !map_path_by_rule(cookie, default_path(x->backend_path), &made)
        || is_default(cookie, &made) || !fits(&made) || has_semicolon(made.rest)
        || made.prefix.len + made.rest.len > REVMAP_MAX_ATTRIBUTE) {
        return;
    }
    parts[0] = REVMAP_LITERAL("; Path=");
    parts[1] = made.prefix;
    parts[2] = made.rest;
    write_path(cookie, revmap_slice_from(text, text.len), parts, 3, &made);
}

/* ---- Domain ------------------------------------------------------------- */

static const revmap_cookie_rule *find_domain_rule(const revmap_cookie *cookie,
                                                  revmap_slice domain)
{
    const revmap_exchange *exchange = cookie->exchange;

    return exchange->holds & REVMAP_HOLDS_COOKIE_DOMAINS && domain.len
               ? revmap_domain_rule(exchange->scope, domain, cookie->edits.pool)
               : NULL;
}

static void edit_domain(revmap_cookie *cookie, revmap_slice value)
{
    revmap_slice domain = revmap_domain_without_dot(value);
    const revmap_cookie_rule *rule = find_domain_rule(cookie, domain);

    cookie->edits.outcome->cookie.domain = value;
    if (rule && rule->public_side) {
        revmap_slice made = revmap_slice_of(rule->public_side);

        if (!revmap_slice_equal(made, value)) {
            revmap_edits_replace(&cookie->edits, value, &made, 1, &rule->place);
            cookie->edits.outcome->cookie.domain = made;
        }
    }
}

/* ---- the attributes ----------------------------------------------------- */

/* The last Domain counts.  An empty one behind another one makes it a cookie of
 * the host by RFC 6265bis, and nothing by RFC 6265: it is passed over, so that
 * what comes of it is right either way. */
static revmap_slice last_domain(const revmap_cookie_field *field)
{
    const revmap_attribute *attribute = field->last[REVMAP_ATTRIBUTE_DOMAIN];
    revmap_slice domain = REVMAP_LITERAL("");

    while (attribute && !domain.len) {
        if (attribute->type == REVMAP_ATTRIBUTE_DOMAIN) {
            domain = revmap_domain_without_dot(attribute->value);
        }
        attribute = attribute != field->attribute ? attribute - 1 : NULL;
    }
    return domain;
}

/* Is the cookie to be without Domain?  The last one decides for all: if only
 * that one went, one that was without effect until now would take its place.
 * Sets the place of the line that says so, if there is one. */
static int removes_domains(const revmap_cookie *cookie,
                           const revmap_place **place)
{
    revmap_slice domain = last_domain(&cookie->field);
    const revmap_cookie_rule *rule = find_domain_rule(cookie, domain);

    if (rule) {
        *place = &rule->place;
        return !rule->public_side;
    }
    return domain.len && revmap_domain_is_backend(cookie->exchange, domain);
}

static void edit_place(revmap_cookie *cookie, const revmap_attribute *attribute,
                       int removes, const revmap_place *place)
{
    if (attribute->type == REVMAP_ATTRIBUTE_PATH) {
        edit_path(cookie, attribute->value);
    }
    else if (removes) {
        revmap_edits_replace(&cookie->edits, attribute->whole, NULL, 0, place);
        cookie->edits.outcome->cookie.domain = REVMAP_LITERAL("");
    }
    else {
        edit_domain(cookie, attribute->value);
    }
}

static void edit_attributes(revmap_cookie *cookie)
{
    const revmap_cookie_field *field = &cookie->field;
    const revmap_attribute *attribute;
    const revmap_place *place = NULL;
    int removes = !cookie->is_fixed && removes_domains(cookie, &place);

    for (attribute = field->attribute; attribute < field->end; attribute++) {
        if (attribute->type < REVMAP_ATTRIBUTE_PATH) {
            if (cookie->flags.are_spoken_of) {
                revmap_flags_edit(&cookie->flags, &cookie->edits, attribute);
            }
        }
        else if (!cookie->is_fixed) {
            edit_place(cookie, attribute, removes, place);
        }
    }
    if (!cookie->is_fixed
        && !is_absolute(revmap_cookie_last(field, REVMAP_ATTRIBUTE_PATH))) {
        add_path(cookie);
    }
    if (cookie->flags.are_spoken_of) {
        revmap_flags_append(&cookie->flags, &cookie->edits);
    }
}

/* ---- the name ----------------------------------------------------------- */

/* A cookie that the backend calls like another one is called for the client
 * comes back as that one. */
static void object_to_name(revmap_cookie *cookie, revmap_slice name)
{
    const revmap_cookie_line *line = revmap_cookie_renamed(
        cookie->exchange->scope, name, cookie->edits.pool);

    if (line) {
        cookie->edits.outcome->objection = REVMAP_NAME_TAKEN;
        cookie->edits.outcome->objection_place = &line->place;
    }
}

/* Why a cookie keeps its name although a line gives it another one: only what
 * browsers take, and what finds its way back, is renamed. */
static revmap_reason check_rename(const revmap_cookie *cookie,
                                  const revmap_cookie_line *line)
{
    revmap_slice name = cookie->field.name;
    revmap_slice value = cookie->field.value;
    revmap_slice made = revmap_slice_of(line->says[REVMAP_COOKIE_NAME]);
    const revmap_cookie_line *back = revmap_cookie_renamed(
        cookie->exchange->scope, made, cookie->edits.pool);

    if (!back || !revmap_slice_equal(back->name, name)) {
        return REVMAP_NAME_TAKEN;
    }
    if (made.len + value.len > REVMAP_MAX_COOKIE
        && name.len + value.len <= REVMAP_MAX_COOKIE) {
        return REVMAP_NAME_TOO_LONG;
    }
    return REVMAP_OK;
}

static void edit_name(revmap_cookie *cookie)
{
    revmap_slice name = cookie->field.name;
    const revmap_cookie_line *line = cookie->wishes.by[REVMAP_COOKIE_NAME];
    revmap_reason reason = line ? check_rename(cookie, line) : REVMAP_OK;

    if (reason) {
        cookie->edits.outcome->objection = reason;
        cookie->edits.outcome->objection_place = &line->place;
    }
    else if (line) {
        revmap_slice made = revmap_slice_of(line->says[REVMAP_COOKIE_NAME]);

        revmap_edits_replace(&cookie->edits, name, &made, 1, &line->place);
        cookie->edits.outcome->cookie.name = made;
    }
    else {
        object_to_name(cookie, name);
    }
}

/* ---- all together ------------------------------------------------------- */

/* Which cookies keep their Path and Domain. */
static void note_if_fixed(revmap_cookie *cookie)
{
    const revmap_cookie_field *field = &cookie->field;
    const revmap_cookie_line *line = cookie->wishes.by[REVMAP_COOKIE_SCOPE];

    cookie->is_fixed = 0;
    if (line && !is_narrowed(cookie)) {
        cookie->is_fixed = 1;
        revmap_edits_note(&cookie->edits, REVMAP_KEPT, &line->place);
    }
    /* Without a name, a value that looks like one is rejected. */
    if (revmap_prefix_is_host(revmap_cookie_prefix_of(
            field->name.len ? field->name : field->value))) {
        cookie->is_fixed = 1;
        revmap_edits_note(&cookie->edits, REVMAP_COOKIE_PREFIX, NULL);
    }
}

/* What the RevMapCookie lines say of the cookie, if there are any. */
static void read_lines(revmap_cookie *cookie)
{
    const revmap_exchange *exchange = cookie->exchange;
    const revmap_cookie_field *field = &cookie->field;
    revmap_edits *edits = &cookie->edits;

    if (exchange->holds & REVMAP_HOLDS_COOKIES) {
        revmap_cookie_wishes_of(exchange->scope, field->name, edits->pool,
                                &cookie->wishes);
        revmap_flags_decide(&cookie->flags, &cookie->wishes, field,
                            edits->outcome);
    }
    else {
        memset(&cookie->wishes, 0, sizeof(cookie->wishes));
        cookie->flags.are_spoken_of = 0;
    }
}

/* What the browser will know the cookie by, as far as it was sent. */
static void begin_identity(const revmap_cookie_field *field,
                           revmap_identity *identity)
{
    identity->name = field->name;
    identity->path = revmap_cookie_last(field, REVMAP_ATTRIBUTE_PATH);
    identity->domain = revmap_cookie_last(field, REVMAP_ATTRIBUTE_DOMAIN);
}

static void end_identity(const revmap_exchange *exchange,
                         revmap_identity *identity)
{
    if (!is_absolute(identity->path)) {
        identity->path = default_path(exchange->public_path);
    }
    identity->domain = identity->domain.ptr
                           ? revmap_domain_without_dot(identity->domain)
                           : REVMAP_LITERAL("");
}

void revmap_cookie_identify(const revmap_exchange *exchange, revmap_slice value,
                            apr_pool_t *pool, revmap_identity *identity)
{
    revmap_cookie_field field;

    revmap_cookie_read(&field, value, pool);
    begin_identity(&field, identity);
    end_identity(exchange, identity);
}

void revmap_cookie_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_cookie cookie;

    /* A browser takes no cookie with a control byte, TAB aside. */
    if (!revmap_edits_begin(&cookie.edits, value, pool, outcome)) {
        revmap_cookie_identify(exchange, value, pool, &outcome->cookie);
        return;
    }
    cookie.exchange = exchange;
    cookie.path_len = 0;
    revmap_cookie_read(&cookie.field, value, pool);
    begin_identity(&cookie.field, &outcome->cookie);
    read_lines(&cookie);
    note_if_fixed(&cookie);
    if (exchange->holds & REVMAP_HOLDS_COOKIES) {
        edit_name(&cookie);
    }
    edit_attributes(&cookie);
    revmap_edits_end(&cookie.edits);
    if (cookie.path_len) {
        outcome->cookie.path = revmap_slice_make(
            outcome->value + cookie.path_from, cookie.path_len);
    }
    end_identity(exchange, &outcome->cookie);
}
