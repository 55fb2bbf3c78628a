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
#include "revmap/cookie_field.h"
#include "revmap/cookie_flags.h"
#include "revmap/cookie_line.h"
#include "revmap/edit.h"
#include "revmap/match.h"
#include "revmap/reach.h"

#include "apr_lib.h"
#include "apr_strings.h"

/* One field while it is being mapped. */
typedef struct revmap_cookie {
    const revmap_exchange *exchange;
    revmap_edits edits;
    revmap_slice attributes; /* from the first ';' on */
    revmap_cookie_wishes wishes;
    revmap_flags flags;
    int is_fixed; /* its Path and Domain are not touched */
} revmap_cookie;

static int is_path(const revmap_attribute *attribute)
{
    return revmap_attribute_is(attribute, REVMAP_LITERAL("Path"));
}

static int is_domain(const revmap_attribute *attribute)
{
    return revmap_attribute_is(attribute, REVMAP_LITERAL("Domain"));
}

/* ---- Path --------------------------------------------------------------- */

/* A Path that is mapped: its public beginning and the rest that is kept. */
typedef struct revmap_new_path {
    revmap_slice prefix;
    revmap_slice rest;
    const revmap_place *place;
} revmap_new_path;

/* The longest RevMapCookiePath, inner sections first on a tie. */
static const revmap_cookie_rule *find_path_rule(const revmap_scope *scope,
                                                revmap_slice path,
                                                apr_size_t *matched)
{
    const revmap_cookie_rule *longest = NULL;

    while (scope) {
        apr_size_t here = 0;
        const revmap_cookie_rule *rule = revmap_index_longest(
            scope->map->cookie_paths, NULL, path, REVMAP_READ_BYTES, &here);

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

    if (is_narrowed(cookie)) {
        return;
    }
    len = revmap_reach_ancestor(cookie->exchange, rule, path, made->prefix,
                                made->rest);
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

static int map_path(revmap_cookie *cookie, revmap_slice path,
                    revmap_new_path *made)
{
    apr_size_t matched = 0;
    const revmap_cookie_rule *line =
        find_path_rule(cookie->exchange->scope, path, &matched);

    return line ? map_path_by_line(cookie, path, matched, line, made)
                : map_path_by_rule(cookie, path, made);
}

static void edit_path(revmap_cookie *cookie, revmap_slice value)
{
    revmap_new_path made;

    if (!value.len || value.ptr[0] != '/' || !map_path(cookie, value, &made)) {
        return;
    }
    if (is_unchanged(&made, value)) {
        revmap_edits_note(&cookie->edits, REVMAP_SAME, made.place);
    }
    else if (made.prefix.len + made.rest.len > REVMAP_MAX_ATTRIBUTE) {
        revmap_edits_note(&cookie->edits, REVMAP_TOO_LONG, made.place);
    }
    else {
        revmap_slice parts[2];

        parts[0] = made.prefix;
        parts[1] = made.rest;
        revmap_edits_replace(&cookie->edits, value, parts, 2, made.place);
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
        || is_unchanged(&made, default_path(x->public_path))
        || made.prefix.len + made.rest.len > REVMAP_MAX_ATTRIBUTE) {
        return;
    }
    parts[0] = REVMAP_LITERAL("; Path=");
    parts[1] = made.prefix;
    parts[2] = made.rest;
    revmap_edits_replace(&cookie->edits, revmap_slice_from(text, text.len),
                         parts, 3, made.place);
}

/* ---- Domain ------------------------------------------------------------- */

static revmap_slice without_dot(revmap_slice domain)
{
    return domain.len && domain.ptr[0] == '.' ? revmap_slice_from(domain, 1)
                                              : domain;
}

/* Is the host the domain itself, or a name below it?  An address has nothing
 * above it.  (RFC 6265 section 5.1.3) */
static int is_within(const revmap_origin *origin, revmap_slice domain)
{
    revmap_slice host = origin->host;
    apr_size_t more = host.len - domain.len;

    if (!domain.len || host.len < domain.len || origin->is_ipv6) {
        return 0;
    }
    if (more
        && (host.ptr[more - 1] != '.' || apr_isdigit(host.ptr[host.len - 1]))) {
        return 0;
    }
    return revmap_slice_equal_nocase(revmap_slice_from(host, more), domain);
}

static const revmap_cookie_rule *get_domain_rule(const revmap_scope *scope,
                                                 revmap_slice lower)
{
    revmap_key key;

    key.origin = NULL;
    key.path = lower;
    return revmap_index_get(scope->map->cookie_domains, key);
}

/* Exactly this host, else the longest ".suffix" of it. */
static const revmap_cookie_rule *find_domain_rule_in(const revmap_scope *scope,
                                                     const char *dotted)
{
    const revmap_cookie_rule *rule =
        get_domain_rule(scope, revmap_slice_of(dotted + 1));

    while (!rule && dotted) {
        rule = get_domain_rule(scope, revmap_slice_of(dotted));
        dotted = strchr(dotted + 1, '.');
    }
    return rule;
}

static const revmap_cookie_rule *find_domain_rule(const revmap_cookie *cookie,
                                                  revmap_slice domain)
{
    const revmap_scope *scope = cookie->exchange->scope;
    const revmap_cookie_rule *rule = NULL;
    const char *dotted = NULL;

    while (scope && !rule) {
        if (revmap_index_count(scope->map->cookie_domains)) {
            if (!dotted) {
                dotted = revmap_cookie_domain_key(cookie->edits.pool, domain);
            }
            rule = find_domain_rule_in(scope, dotted);
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIE_DOMAINS);
    }
    return rule;
}

/* The backend's own host or one above it: for the browser it names nobody. */
static int is_backend_domain(const revmap_exchange *exchange,
                             revmap_slice domain)
{
    revmap_names names;
    const revmap_origin *name;

    revmap_names_init(&names, exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        if (name != exchange->told && is_within(name, domain)) {
            return 1;
        }
    }
    return 0;
}

/* The last Domain decides for the whole cookie: if it has to go, all do,
 * because one that was without effect until now would take its place. */
static int removes_domains(const revmap_cookie *cookie, revmap_slice last,
                           const revmap_place **place)
{
    const revmap_exchange *x = cookie->exchange;
    revmap_slice domain = without_dot(last);
    const revmap_cookie_rule *rule;

    *place = NULL;
    if (!domain.len) {
        return 0;
    }
    rule = find_domain_rule(cookie, domain);
    if (rule) {
        *place = &rule->place;
        return !rule->public_side;
    }
    return !(x->asked && is_within(x->asked, domain))
           && is_backend_domain(x, domain);
}

static void edit_domain(revmap_cookie *cookie, revmap_slice value)
{
    revmap_slice domain = without_dot(value);
    const revmap_cookie_rule *rule =
        domain.len ? find_domain_rule(cookie, domain) : NULL;

    if (rule && rule->public_side) {
        revmap_slice made = revmap_slice_of(rule->public_side);

        if (!revmap_slice_equal(made, value)) {
            revmap_edits_replace(&cookie->edits, value, &made, 1, &rule->place);
        }
    }
}

/* ---- the attributes ----------------------------------------------------- */

/* What the last Path and the last Domain say, because they are the ones that
 * count.  An empty Domain behind another one makes it a cookie of the host by
 * RFC 6265bis, and nothing by RFC 6265: it is passed over, so that what comes
 * of it is right either way. */
static void read_last(const revmap_cookie *cookie, revmap_slice *path,
                      revmap_slice *domain)
{
    revmap_slice rest = cookie->attributes;
    revmap_attribute attribute;

    *path = *domain = REVMAP_LITERAL("");
    while (revmap_attribute_next(&rest, &attribute)) {
        if (is_path(&attribute)) {
            *path = attribute.value;
        }
        else if (is_domain(&attribute) && without_dot(attribute.value).len) {
            *domain = attribute.value;
        }
    }
}

static void edit_place(revmap_cookie *cookie, const revmap_attribute *attribute,
                       int removes, const revmap_place *place)
{
    if (is_path(attribute)) {
        edit_path(cookie, attribute->value);
    }
    else if (is_domain(attribute) && removes) {
        revmap_edits_replace(&cookie->edits, attribute->whole, NULL, 0, place);
    }
    else if (is_domain(attribute)) {
        edit_domain(cookie, attribute->value);
    }
}

static void edit_attributes(revmap_cookie *cookie)
{
    revmap_slice rest = cookie->attributes;
    revmap_attribute attribute;
    revmap_slice path;
    revmap_slice domain;
    const revmap_place *place = NULL;
    int removes;

    read_last(cookie, &path, &domain);
    removes = !cookie->is_fixed && removes_domains(cookie, domain, &place);
    while (revmap_attribute_next(&rest, &attribute)) {
        if (!revmap_flags_edit(&cookie->flags, &cookie->edits, &attribute)
            && !cookie->is_fixed) {
            edit_place(cookie, &attribute, removes, place);
        }
    }
    if (!cookie->is_fixed && (!path.len || path.ptr[0] != '/')) {
        add_path(cookie);
    }
    revmap_flags_append(&cookie->flags, &cookie->edits);
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
                                  const revmap_cookie_line *line,
                                  revmap_slice name, revmap_slice value)
{
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

static void edit_name(revmap_cookie *cookie, revmap_slice name,
                      revmap_slice value)
{
    const revmap_cookie_line *line = cookie->wishes.by[REVMAP_COOKIE_NAME];
    revmap_reason reason =
        line ? check_rename(cookie, line, name, value) : REVMAP_OK;

    if (reason) {
        cookie->edits.outcome->objection = reason;
        cookie->edits.outcome->objection_place = &line->place;
    }
    else if (line) {
        revmap_slice made = revmap_slice_of(line->says[REVMAP_COOKIE_NAME]);

        revmap_edits_replace(&cookie->edits, name, &made, 1, &line->place);
    }
    else {
        object_to_name(cookie, name);
    }
}

/* ---- all together ------------------------------------------------------- */

/* Which cookies keep their Path and Domain. */
static void note_if_fixed(revmap_cookie *cookie, revmap_slice name,
                          revmap_slice value)
{
    const revmap_cookie_line *line = cookie->wishes.by[REVMAP_COOKIE_SCOPE];

    cookie->is_fixed = 0;
    if (line && !is_narrowed(cookie)) {
        cookie->is_fixed = 1;
        revmap_edits_note(&cookie->edits, REVMAP_KEPT, &line->place);
    }
    /* Without a name, a value that looks like one is rejected. */
    if (revmap_prefix_is_host(
            revmap_cookie_prefix_of(name.len ? name : value))) {
        cookie->is_fixed = 1;
        revmap_edits_note(&cookie->edits, REVMAP_COOKIE_PREFIX, NULL);
    }
}

void revmap_cookie_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_slice pair = revmap_cookie_pair(value);
    revmap_slice cookie_name;
    revmap_slice cookie_value;
    revmap_cookie cookie;

    cookie.exchange = exchange;
    cookie.attributes = revmap_slice_from(value, pair.len);
    /* A browser takes no cookie with a control byte, TAB aside. */
    if (!revmap_edits_begin(&cookie.edits, value, pool, outcome)) {
        return;
    }
    revmap_cookie_split(pair, &cookie_name, &cookie_value);
    revmap_cookie_wishes_of(exchange->scope, cookie_name, pool, &cookie.wishes);
    revmap_flags_decide(&cookie.flags, &cookie.wishes, cookie_name,
                        cookie.attributes, outcome);
    note_if_fixed(&cookie, cookie_name, cookie_value);
    edit_name(&cookie, cookie_name, cookie_value);
    edit_attributes(&cookie);
    revmap_edits_end(&cookie.edits);
}
