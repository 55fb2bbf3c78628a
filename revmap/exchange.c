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

#include "revmap/exchange.h"
#include "revmap/noinline.h"

/* One of two slashes stands at every other place. */
static int has_doubled_slash(revmap_slice path)
{
    apr_size_t i;

    for (i = 1; i < path.len; i += 2) {
        if (path.ptr[i] == '/'
            && (path.ptr[i - 1] == '/'
                || (i + 1 < path.len && path.ptr[i + 1] == '/'))) {
            return 1;
        }
    }
    return 0;
}

static revmap_slice without_doubled_slashes(apr_pool_t *pool, revmap_slice path)
{
    char *text = apr_palloc(pool, path.len);
    apr_size_t len = 0;
    apr_size_t i;

    for (i = 0; i < path.len; i++) {
        if (!len || path.ptr[i] != '/' || text[len - 1] != '/') {
            text[len++] = path.ptr[i];
        }
    }
    return revmap_slice_make(text, len);
}

/* A ProxyPass line of which one side ends with a slash and the other does not
 * makes two of one.  That is no directory, unless the client meant it. */
revmap_slice revmap_requested_path(const revmap_exchange *exchange)
{
    revmap_slice path = revmap_slice_before(exchange->backend_target, '?');

    if (exchange->backend && !path.len) {
        return REVMAP_LITERAL("/");
    }
    return has_doubled_slash(path) && !has_doubled_slash(exchange->public_path)
               ? without_doubled_slashes(exchange->pool, path)
               : path;
}

revmap_slice revmap_requested_query(const revmap_exchange *exchange)
{
    revmap_slice target = exchange->backend_target;

    return revmap_slice_from(target, revmap_slice_before(target, '?').len);
}

int revmap_same_authority_text(const revmap_origin *a, const revmap_origin *b)
{
    return revmap_origin_same_host_text(a, b)
           && (a->port == b->port
               || (a->scheme != REVMAP_AJP && b->scheme != REVMAP_AJP
                   && a->port == revmap_scheme_port(a->scheme)
                   && b->port == revmap_scheme_port(b->scheme)));
}

static REVMAP_NOINLINE const revmap_origin *
name_twin(const revmap_exchange *exchange, const revmap_origin *origin)
{
    revmap_origin twin;

    return revmap_origin_twin(&twin, origin)
               ? revmap_scope_backend(exchange->scope, &twin)
               : NULL;
}

const revmap_origin *revmap_name_origin(const revmap_exchange *exchange,
                                        const revmap_origin *origin)
{
    const revmap_origin *named = revmap_scope_backend(exchange->scope, origin);

    return named ? named : name_twin(exchange, origin);
}

void revmap_mount_walk_init(revmap_mount_walk *walk,
                            const revmap_exchange *exchange, revmap_slice path)
{
    walk->exchange = exchange;
    walk->mounts = exchange->mounts;
    walk->path = path;
    walk->is_hosted = 0;
    walk->walk.done = 1;
    walk->rule = NULL;
}

/* In each set, the public sides without a host come first. */
static void begin_next_walk(revmap_mount_walk *walk)
{
    const revmap_mounts *mounts = walk->mounts;
    const revmap_origin *asked = walk->exchange->asked;

    if (!walk->is_hosted) {
        walk->is_hosted = mounts->hosted && asked;
        revmap_walk_init(&walk->walk, mounts->index, NULL, walk->path,
                         REVMAP_READ_NORMAL);
    }
    else {
        walk->is_hosted = 0;
        walk->host = revmap_host_alone(asked);
        revmap_walk_init(&walk->walk, mounts->index, &walk->host, walk->path,
                         REVMAP_READ_NORMAL);
    }
    if (!walk->is_hosted) {
        walk->mounts = mounts->outer;
    }
}

const revmap_rule *revmap_mount_walk_next(revmap_mount_walk *walk)
{
    const revmap_rule *rule;

    do {
        while (!walk->rule
               && (walk->rule = revmap_walk_next(&walk->walk)) == NULL) {
            if (!walk->mounts) {
                return NULL;
            }
            begin_next_walk(walk);
        }
        rule = walk->rule;
        walk->rule = rule->next_mount;
    } while (!rule->map); /* dropped by "RevMap none" */
    return rule;
}

int revmap_is_entrance(const revmap_exchange *exchange, const revmap_rule *rule)
{
    return (!rule->public_site
            || (exchange->asked
                && revmap_origin_same_host(&rule->public_site->origin,
                                           exchange->asked)))
           && revmap_rule_public_covers(rule, exchange->public_path);
}

/* Does the rule say what the backend behind its public side calls itself?  A
 * gateway is no backend to which a derived rule leads. */
static int is_naming(const revmap_exchange *exchange, const revmap_rule *rule)
{
    return rule->backend && (exchange->backend || !rule->map->is_derived)
           && revmap_scope_has(exchange->scope, rule);
}

/* What is sent in the place of what the client requested comes from another
 * backend. */
static revmap_slice answered_path(const revmap_exchange *exchange)
{
    return exchange->error_page.len ? exchange->error_page
                                    : exchange->public_path;
}

/* The first rule with the longest public path that covers the request. */
static REVMAP_NOINLINE const revmap_rule *
find_covering(const revmap_exchange *exchange)
{
    const revmap_rule *longest = NULL;
    const revmap_rule *rule;
    revmap_mount_walk walk;

    revmap_mount_walk_init(&walk, exchange, answered_path(exchange));
    while ((rule = revmap_mount_walk_next(&walk)) != NULL) {
        if (is_naming(exchange, rule)
            && (!longest
                || revmap_public_key(rule).len
                       > revmap_public_key(longest).len)) {
            longest = rule;
        }
    }
    return longest;
}

void revmap_exchange_prepare(revmap_exchange *exchange)
{
    const revmap_origin *backend = exchange->backend;
    const revmap_origin *told = exchange->told;

    exchange->holds = revmap_scope_holds(exchange->scope);
    exchange->backend_named =
        backend ? revmap_name_origin(exchange, backend) : NULL;
    exchange->told_named = told ? revmap_name_origin(exchange, told) : NULL;
    exchange->covering =
        exchange->backend_named ? NULL : find_covering(exchange);
}

/* All rules that share the public path of the covering one. */
const revmap_origin *revmap_names_covering(revmap_names *names)
{
    const revmap_exchange *exchange = names->exchange;
    const revmap_rule *rule;

    if (names->stage < 3) {
        names->stage = 3;
        revmap_mount_walk_init(&names->walk, exchange, answered_path(exchange));
    }
    while ((rule = revmap_mount_walk_next(&names->walk)) != NULL) {
        if (revmap_public_key(rule).len
                == revmap_public_key(exchange->covering).len
            && is_naming(exchange, rule)) {
            names->named = &rule->backend->origin;
            return names->named;
        }
    }
    return NULL;
}

static int is_twin(const revmap_origin *a, const revmap_origin *b)
{
    revmap_origin twin;

    return revmap_origin_same_host(a, b) && revmap_origin_twin(&twin, a)
           && revmap_origin_equal(&twin, b);
}

int revmap_are_apart(const revmap_exchange *exchange, const revmap_origin *a,
                     const revmap_origin *b)
{
    return a->scheme != b->scheme && revmap_scope_backend(exchange->scope, a)
           && revmap_scope_backend(exchange->scope, b);
}

int revmap_is_answering(const revmap_exchange *exchange,
                        const revmap_origin *origin)
{
    revmap_names names;
    const revmap_origin *name;

    revmap_names_init(&names, exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        if (name != exchange->told
            && (revmap_origin_equal(name, origin)
                || (is_twin(name, origin)
                    && !revmap_are_apart(exchange, name, origin)))) {
            return 1;
        }
    }
    return 0;
}
