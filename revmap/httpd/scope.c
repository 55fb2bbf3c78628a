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

/* The maps that apply to one request: the written ones, the derived ones, and
 * those that can only be made when the request is there. */

#include "revmap/httpd/scope.h"
#include "revmap/httpd/balancer.h"
#include "revmap/httpd/module.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/report.h"

#include "apr_strings.h"
#include "http_log.h"

#include "revmap/derive.h"
#include "revmap/match.h"
#include "revmap/reach.h"

APLOG_USE_MODULE(revmap);

/* ---- rules to be completed ---------------------------------------------- */

static const char *evaluate(request_rec *r, const ap_expr_info_t *expression,
                            const revmap_place *place)
{
    const char *error = NULL;
    const char *text = ap_expr_str_exec(r, expression, &error);

    if (error) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "the rule on line %u of %s is off for this request: %s",
                      place->line, place->file, error);
        return NULL;
    }
    return text;
}

/* Read a side with %{...} as if it had been written so. */
static const char *complete_sides(request_rec *r, const revmap_late *late,
                                  revmap_side *public_side, revmap_side *side)
{
    const char *text = late->backend_text;
    const char *error = NULL;
    revmap_side_kind kind;

    *public_side = late->public_side;
    if (late->public_expr) {
        const char *public_text = evaluate(r, late->public_expr, &late->place);

        error = public_text ? revmap_side_parse_public(r->pool, public_side,
                                                       public_text)
                            : "it has no public side";
    }
    public_side->is_of_request = late->public_expr != NULL;
    if (!error && late->backend_expr) {
        text = evaluate(r, late->backend_expr, &late->place);
    }
    if (!error) {
        error = text ? revmap_side_parse_backend(r->pool, side, &kind, text)
                     : "it has no backend side";
    }
    if (!error && kind == REVMAP_SIDE_NOTHING) {
        error = "its backend side is nothing that a header could name";
    }
    return error;
}

static void complete_expression(request_rec *r, const revmap_late *late,
                                revmap_map *map)
{
    const revmap_rule *twice;
    revmap_side public_side;
    revmap_side side;
    const char *error = complete_sides(r, late, &public_side, &side);

    if (error) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE3, 0, r,
                      "the rule on line %u of %s is off for this request: %s",
                      late->place.line, late->place.file, error);
        return;
    }
    revmap_map_add_at(map, late->order, &public_side, &side, late->place,
                      &twice);
}

/* What is known while the rules of a request are completed. */
typedef struct completion {
    request_rec *r;
    const char *balancer; /* that was asked, in lower case, or NULL */
    revmap_exchange *exchange;
    revmap_mounts *mounts; /* of this request, NULL: none yet */
} completion;

/* The rules made for this request are mounts only while it lasts. */
static revmap_mounts *add_mounts(revmap_exchange *exchange)
{
    revmap_mounts *mounts = revmap_mounts_create(exchange->pool);

    mounts->outer = exchange->mounts;
    exchange->mounts = mounts;
    return mounts;
}

static revmap_map *map_beside(completion *c, const revmap_map *section)
{
    revmap_map *map;

    if (!c->mounts) {
        c->mounts = add_mounts(c->exchange);
    }
    map = revmap_map_create(c->r->pool, c->mounts);
    map->is_derived = section->is_derived;
    map->completes = section;
    return map;
}

/* A new member is behind all public sides of its balancer, as the others are,
 * so that its cookies are to reach them all.  Rules with %{...} make no cookie
 * wider: a line that is in force everywhere may name, for this request, a
 * backend that is not behind its public side. */
static void complete_members(completion *c, const revmap_late *late,
                             revmap_map *map)
{
    const revmap_rule *last = map->last;
    const revmap_rule *rule;

    for (; late; late = late->next) {
        revmap_add_members(c->r->pool, c->r->server, late, map);
    }
    for (rule = last ? last->following : map->first; rule;
         rule = rule->following) {
        revmap_reach_add(map->pool, map, rule);
    }
}

/* The rules of one section that had to wait for the request, or NULL: those
 * with expressions, and those for members that were added to the balancer
 * that was asked while the server runs. */
static revmap_map *complete_map(completion *c, const revmap_map *section)
{
    const apr_array_header_t *expressions = section->late->expressions;
    const revmap_late *late =
        c->balancer ? revmap_late_members(section, c->balancer) : NULL;
    revmap_map *map = NULL;
    int i;

    if (expressions->nelts
        || (late && revmap_has_new_members(c->r->server, late))) {
        map = map_beside(c, section);
    }
    for (i = 0; map && i < expressions->nelts; i++) {
        complete_expression(
            c->r, APR_ARRAY_IDX(expressions, i, const revmap_late *), map);
    }
    if (map) {
        complete_members(c, late, map);
    }
    return map && map->count ? map : NULL;
}

/* ---- the chain ---------------------------------------------------------- */

static int has_late(const revmap_scope *scope)
{
    while (scope && !scope->map->late) {
        scope = scope->outer;
    }
    return scope != NULL;
}

/* Each section's completed rules come right before its others. */
static const revmap_scope *complete_chain(completion *c,
                                          const revmap_scope *scope)
{
    const revmap_scope *outer;
    revmap_map *completed;

    if (!scope) {
        return NULL;
    }
    outer = complete_chain(c, scope->outer);
    outer = revmap_scope_chain(c->r->pool, scope->map, outer);
    completed = scope->map->late ? complete_map(c, scope->map) : NULL;
    return completed ? revmap_scope_chain(c->r->pool, completed, outer) : outer;
}

/* Names of balancers are compared in lower case. */
static const char *lower_balancer(request_rec *r)
{
    const char *name = revmap_asked_balancer(r);
    char *lower;

    if (!name) {
        return NULL;
    }
    lower = apr_pstrdup(r->pool, name);
    ap_str_tolower(lower);
    return lower;
}

static REVMAP_NOINLINE void complete(request_rec *r, revmap_exchange *exchange)
{
    completion c = {r, lower_balancer(r), exchange, NULL};

    exchange->scope = complete_chain(&c, exchange->scope);
}

void revmap_complete_scope(request_rec *r, const revmap_dir_config *config,
                           revmap_exchange *exchange)
{
    if (config->automatic > REVMAP_AUTO_OFF) {
        exchange->scope =
            revmap_scope_merge(r->pool, exchange->scope,
                               revmap_server_config_of(r->server)->derived);
    }
    if (has_late(exchange->scope)) {
        complete(r, exchange);
    }
}

/* ---- a rule from the request itself ------------------------------------- */

/* Do the rules lead from the path that was asked of the backend back to the
 * one that the client asked for? */
static int is_inverted(const revmap_exchange *exchange, revmap_slice path,
                       revmap_slice public_path)
{
    revmap_match match;
    apr_size_t matched = 0;

    revmap_match_init(&match, exchange, path, REVMAP_READ_NORMAL);
    revmap_match_answering(&match);
    if (!match.rule || match.rule->excluded
        || !revmap_path_covers(revmap_public_key(match.rule), public_path,
                               REVMAP_READ_NORMAL, &matched)) {
        return 0;
    }
    path = revmap_slice_from(path, match.matched);
    public_path = revmap_slice_from(public_path, matched);
    return revmap_path_equal_as(path, public_path, REVMAP_READ_DECODED)
           || path.len + public_path.len == 1;
}

static const revmap_map *derive_map(request_rec *r, revmap_exchange *exchange,
                                    revmap_slice path, revmap_slice public_path)
{
    static const revmap_place place = {"the request", 0, 0};
    const revmap_rule *twice;
    revmap_side public_side;
    revmap_side side;
    revmap_map *map;
    const char *why_not;

    public_path = revmap_path_escape(r->pool, public_path, 0);
    memset(&public_side, 0, sizeof(public_side));
    memset(&side, 0, sizeof(side));
    public_side.path = public_path;
    side.has_origin = 1;
    side.origin = *exchange->backend;
    side.path = path;
    why_not = revmap_derive_from_request(public_path, path,
                                         &public_side.path.len, &side.path.len);
    if (why_not) {
        const char *backend = revmap_origin_text(r->pool, exchange->backend);

        revmap_warn_hourly(r, "RM0101", NULL, backend,
                           "no rule can be derived from this request (%s): "
                           "write 'RevMap /public/ %s/backend/' with the two "
                           "paths that belong together",
                           why_not, backend);
        return NULL;
    }
    map = revmap_map_create(r->pool, add_mounts(exchange));
    map->is_derived = 1;
    revmap_map_add(map, &public_side, &side, place, &twice);
    return map;
}

/* What r->uri holds of escapes depends on AllowEncodedSlashes and on mapping=
 * of ProxyPass.  The client's own spelling is better, if it has not been
 * rewritten. */
static revmap_slice public_path_of(request_rec *r,
                                   const revmap_exchange *exchange)
{
    revmap_slice uri = revmap_slice_of(r->uri);

    return revmap_path_equal_as(exchange->public_path, uri, REVMAP_READ_DECODED)
               ? exchange->public_path
               : revmap_path_escape(r->pool, uri, 1);
}

void revmap_add_rule_of_request(request_rec *r, revmap_exchange *exchange)
{
    revmap_slice public_path = public_path_of(r, exchange);
    revmap_slice path = revmap_requested_path(exchange);
    const revmap_map *map = is_inverted(exchange, path, public_path)
                                ? NULL
                                : derive_map(r, exchange, path, public_path);

    if (map) {
        exchange->scope = revmap_scope_merge(
            r->pool, exchange->scope, revmap_scope_chain(r->pool, map, NULL));
        revmap_exchange_prepare(exchange);
    }
}
