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
#include "revmap/cookie_mapping.h"
#include "revmap/noinline.h"

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

    if (rule && rule->public_side) {
        revmap_slice made = revmap_slice_of(rule->public_side);

        if (!revmap_slice_equal(made, value)) {
            revmap_edits_remove(&cookie->edits, value, &rule->place);
            revmap_edits_add(&cookie->edits, made);
            domain = revmap_domain_without_dot(made);
        }
    }
    cookie->edits.outcome->cookie.domain = domain;
}

/* ---- Path --------------------------------------------------------------- */

static void edit_path(revmap_cookie *cookie, revmap_slice value)
{
    cookie->path_len = 0;
    if (revmap_cookie_path_is_absolute(value)) {
        revmap_cookie_edit_path(cookie, value, 1);
    }
}

/* Without a Path, the browser would take the directory of the URL that it asked
 * for; the Path is written out where that is not the mapped directory of the
 * URL that the backend was asked for. */
static void add_path(revmap_cookie *cookie)
{
    const revmap_exchange *x = cookie->exchange;

    if (x->backend && x->public_path.len) {
        revmap_cookie_edit_path(
            cookie, revmap_cookie_default_path(revmap_requested_path(x)), 0);
    }
}

/* ---- the attributes ----------------------------------------------------- */

/* The last Domain that is not empty, or "". */
static REVMAP_NOINLINE revmap_slice
last_full_domain(const revmap_cookie_field *field)
{
    const revmap_attribute *attribute = field->end;
    revmap_slice domain = REVMAP_LITERAL("");

    while (!domain.len && attribute != field->attribute) {
        attribute--;
        if (attribute->type == REVMAP_ATTRIBUTE_DOMAIN) {
            domain = revmap_domain_without_dot(attribute->value);
        }
    }
    return domain;
}

/* The last Domain counts.  An empty one behind another one makes it a cookie of
 * the host by RFC 6265bis, and nothing by RFC 6265: it is passed over, so that
 * what comes of it is right either way. */
static revmap_slice domain_of(const revmap_cookie *cookie)
{
    revmap_slice last = cookie->edits.outcome->cookie.domain;

    return !last.len && cookie->field.last[REVMAP_ATTRIBUTE_DOMAIN]
               ? last_full_domain(&cookie->field)
               : last;
}

/* Is the cookie to be without Domain?  The last one decides for all: if only
 * that one went, one that was without effect until now would take its place.
 * Sets the place of the line that says so, if there is one. */
static int removes_domains(const revmap_cookie *cookie,
                           const revmap_place **place)
{
    revmap_slice domain = domain_of(cookie);
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
        revmap_edits_remove(&cookie->edits, attribute->whole, place);
    }
    else {
        edit_domain(cookie, attribute->value);
    }
}

static void edit_attributes(revmap_cookie *cookie, int is_fixed)
{
    const revmap_cookie_field *field = &cookie->field;
    const revmap_attribute *attribute;
    const revmap_place *place = NULL;
    int removes = !is_fixed && removes_domains(cookie, &place);

    if (removes) {
        cookie->edits.outcome->cookie.domain = REVMAP_LITERAL("");
    }
    for (attribute = field->attribute; attribute < field->end; attribute++) {
        if (attribute->type < REVMAP_ATTRIBUTE_PATH) {
            if (cookie->flags.are_spoken_of) {
                revmap_flags_edit(&cookie->flags, &cookie->edits, attribute);
            }
        }
        else if (!is_fixed) {
            edit_place(cookie, attribute, removes, place);
        }
    }
    if (!is_fixed
        && !revmap_cookie_path_is_absolute(
            revmap_cookie_last(field, REVMAP_ATTRIBUTE_PATH))) {
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

static revmap_slice value_of(const revmap_cookie *cookie)
{
    return revmap_cookie_value(revmap_cookie_pair(cookie->edits.text));
}

/* Why a cookie keeps its name although a line gives it another one: only what
 * browsers take, and what finds its way back, is renamed. */
static revmap_reason check_rename(const revmap_cookie *cookie,
                                  const revmap_cookie_line *line)
{
    revmap_slice name = cookie->field.name;
    revmap_slice value = value_of(cookie);
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

static void edit_name(revmap_cookie *cookie, const revmap_cookie_line *line)
{
    revmap_slice name = cookie->field.name;
    revmap_reason reason = line ? check_rename(cookie, line) : REVMAP_OK;

    if (reason) {
        cookie->edits.outcome->objection = reason;
        cookie->edits.outcome->objection_place = &line->place;
    }
    else if (line) {
        revmap_slice made = revmap_slice_of(line->says[REVMAP_COOKIE_NAME]);

        revmap_edits_remove(&cookie->edits, name, &line->place);
        revmap_edits_add(&cookie->edits, made);
        cookie->edits.outcome->cookie.name = made;
    }
    else {
        object_to_name(cookie, name);
    }
}

/* ---- all together ------------------------------------------------------- */

/* Does the cookie keep its Path and Domain? */
static int is_fixed(revmap_cookie *cookie)
{
    const revmap_cookie_field *field = &cookie->field;

    if (cookie->scope && !revmap_cookie_is_narrowed(cookie)) {
        revmap_edits_note(&cookie->edits, REVMAP_KEPT, &cookie->scope->place);
        return 1;
    }
    /* Without a name, a value that looks like one is rejected. */
    if (revmap_prefix_is_host(revmap_cookie_prefix_of(
            field->name.len ? field->name : value_of(cookie)))) {
        revmap_edits_note(&cookie->edits, REVMAP_COOKIE_PREFIX, NULL);
        return 1;
    }
    return 0;
}

/* What the RevMapCookie lines say of the cookie. */
static REVMAP_NOINLINE void read_lines(revmap_cookie *cookie)
{
    revmap_edits *edits = &cookie->edits;
    revmap_cookie_wishes wishes;

    revmap_cookie_wishes_of(cookie->exchange->scope, cookie->field.name,
                            edits->pool, &wishes);
    revmap_flags_decide(&cookie->flags, &wishes, &cookie->field,
                        edits->outcome);
    edit_name(cookie, wishes.by[REVMAP_COOKIE_NAME]);
    cookie->scope = wishes.by[REVMAP_COOKIE_SCOPE];
}

static void edit(revmap_cookie *cookie)
{
    cookie->scope = NULL;
    cookie->flags.are_spoken_of = 0;
    if (cookie->exchange->holds & REVMAP_HOLDS_COOKIES) {
        read_lines(cookie);
    }
    edit_attributes(cookie, is_fixed(cookie));
    revmap_edits_end(&cookie->edits);
}

/* What the browser will know the cookie by, if it gets it as it was sent. */
static inline void begin_identity(const revmap_cookie_field *field,
                                  revmap_identity *identity)
{
    identity->name = field->name;
    identity->domain = revmap_domain_without_dot(
        revmap_cookie_last(field, REVMAP_ATTRIBUTE_DOMAIN));
}

/* The Path that it has, or is given by the browser. */
static revmap_slice path_of(const revmap_exchange *exchange,
                            const revmap_cookie_field *field)
{
    revmap_slice path = revmap_cookie_last(field, REVMAP_ATTRIBUTE_PATH);

    return revmap_cookie_path_is_absolute(path)
               ? path
               : revmap_cookie_default_path(exchange->public_path);
}

void revmap_cookie_identify(const revmap_exchange *exchange, revmap_slice value,
                            apr_pool_t *pool, revmap_identity *identity)
{
    revmap_cookie_field field;

    revmap_cookie_read(&field, value, pool);
    begin_identity(&field, identity);
    identity->path = path_of(exchange, &field);
}

void revmap_cookie_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_cookie cookie;
    int is_clean = revmap_edits_begin(&cookie.edits, value, pool, outcome);

    cookie.exchange = exchange;
    cookie.path_from = cookie.path_len = 0;
    revmap_cookie_read(&cookie.field, value, pool);
    begin_identity(&cookie.field, &outcome->cookie);
    /* A browser takes no cookie with a control byte, TAB aside. */
    if (is_clean) {
        edit(&cookie);
    }
    outcome->cookie.path =
        cookie.path_len ? revmap_slice_make(outcome->value + cookie.path_from,
                                            cookie.path_len)
                        : path_of(exchange, &cookie.field);
}
