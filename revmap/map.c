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

#include "revmap/map.h"

#include "apr_strings.h"

#include <stddef.h>

revmap_key revmap_mount_key(const void *entry)
{
    const revmap_rule *rule = entry;

    return revmap_key_make(rule->public_site ? rule->public_site->host : NULL,
                           revmap_public_key(rule));
}

static revmap_key key_of_cookie_rule(const void *entry)
{
    const revmap_cookie_rule *rule = entry;

    return revmap_key_make(NULL, rule->key);
}

revmap_mounts *revmap_mounts_create(apr_pool_t *pool)
{
    revmap_mounts *mounts = apr_pcalloc(pool, sizeof(*mounts));

    mounts->index = revmap_index_create(pool, revmap_mount_key);
    mounts->reaches = revmap_index_create(pool, revmap_origin_key);
    return mounts;
}

static void clear_rules(revmap_map *map)
{
    map->files = NULL;
    map->late = NULL;
    map->first = map->last = NULL;
    map->count = map->orders = 0;
    map->rules = revmap_index_create(map->pool, revmap_rule_key);
    map->backends = revmap_index_create(map->pool, revmap_origin_key);
    map->public_sites = revmap_index_create(map->pool, revmap_origin_key);
    map->public_hosts = revmap_index_create(map->pool, revmap_origin_key);
    map->rewrites = apr_array_make(map->pool, 0, sizeof(revmap_rewrite *));
}

revmap_map *revmap_map_create(apr_pool_t *pool, revmap_mounts *mounts)
{
    revmap_map *map = apr_pcalloc(pool, sizeof(*map));

    map->pool = pool;
    map->mounts = mounts;
    clear_rules(map);
    map->reaches = revmap_index_create(pool, revmap_origin_key);
    return map;
}

/* The mounts of the virtual host still know the rules that go; without a
 * map they are nobody's. */
static void drop_rules(revmap_map *map)
{
    revmap_rule *rule;

    for (rule = map->first; rule; rule = rule->following) {
        rule->map = NULL;
    }
    clear_rules(map);
}

void revmap_map_start_afresh(revmap_map *map, unsigned int what)
{
    map->fresh |= what;
    map->holds &= ~what;
    if (what & REVMAP_FRESH_RULES) {
        drop_rules(map);
        map->afresh++;
    }
    if (what & REVMAP_FRESH_COOKIE_PATHS) {
        map->cookie_paths = NULL;
    }
    if (what & REVMAP_FRESH_COOKIE_DOMAINS) {
        map->cookie_domains = NULL;
    }
    if (what & REVMAP_FRESH_HEADERS) {
        map->headers = NULL;
    }
    if (what & REVMAP_FRESH_QUERY) {
        map->query = NULL;
    }
    if (what & REVMAP_FRESH_REQUEST) {
        map->forwarded = 0;
    }
    if (what & REVMAP_FRESH_COOKIES) {
        map->cookies = NULL;
    }
}

revmap_origin revmap_host_alone(const revmap_origin *origin)
{
    revmap_origin host = *origin;

    host.scheme = REVMAP_SCHEME_NONE;
    host.port = 0;
    return host;
}

/* The one record that the map keeps of the origin of a backend. */
static const revmap_backend *intern_backend(revmap_map *map,
                                            const revmap_origin *origin)
{
    revmap_backend *backend = revmap_index_get_origin(map->backends, origin);
    apr_size_t i;

    if (!backend) {
        backend = apr_palloc(map->pool,
                             offsetof(revmap_backend, host) + origin->host.len);
        backend->origin = *origin;
        backend->origin.host.ptr = backend->host;
        backend->alone = 0;
        for (i = 0; i < origin->host.len; i++) {
            backend->host[i] =
                (char)revmap_lower((unsigned char)origin->host.ptr[i]);
        }
        revmap_index_add(map->backends, backend);
    }
    return backend;
}

/* The same for a public host. */
static const revmap_origin *intern_host(revmap_map *map,
                                        const revmap_origin *origin)
{
    revmap_origin host = revmap_host_alone(origin);
    revmap_origin *interned = revmap_index_get_origin(map->public_hosts, &host);

    if (!interned) {
        interned = apr_pmemdup(map->pool, &host, sizeof(host));
        revmap_index_add(map->public_hosts, interned);
    }
    return interned;
}

static const revmap_site *intern_site(revmap_map *map,
                                      const revmap_origin *origin)
{
    revmap_site *site = revmap_index_get_origin(map->public_sites, origin);

    if (!site) {
        site = apr_palloc(map->pool, sizeof(*site));
        site->origin = *origin;
        site->text = revmap_origin_text(map->pool, origin);
        site->origin.host.ptr =
            strstr(site->text, "://") + (origin->is_ipv6 ? 4 : 3);
        site->host = intern_host(map, &site->origin);
        revmap_index_add(map->public_sites, site);
    }
    return site;
}

/* What is normal already is not copied. */
static revmap_slice normal_form(apr_pool_t *pool, revmap_slice path)
{
    return revmap_path_is_normal(path) ? path : revmap_path_normal(pool, path);
}

static char *append(char *end, revmap_slice text)
{
    memcpy(end, text.ptr, text.len);
    return end + text.len;
}

/* One piece of memory for all that a rule says of itself. */
static revmap_rule *make_rule(apr_pool_t *pool, revmap_slice backend_path,
                              revmap_slice public_path)
{
    revmap_slice backend_key = normal_form(pool, backend_path);
    revmap_slice key = normal_form(pool, public_path);
    int is_normal = key.ptr == public_path.ptr;
    apr_size_t len =
        backend_key.len + public_path.len + (is_normal ? 0 : key.len);
    revmap_rule *rule = apr_palloc(pool, offsetof(revmap_rule, paths) + len);
    char *end;

    memset(rule, 0, offsetof(revmap_rule, paths));
    end = append(append(rule->paths, backend_key), public_path);
    rule->backend_len = (apr_uint32_t)backend_key.len;
    rule->public_len = (apr_uint32_t)public_path.len;
    if (!is_normal) {
        append(end, key);
        rule->key_len = (apr_uint32_t)key.len;
    }
    rule->semicolon = memchr(public_path.ptr, ';', public_path.len) != NULL;
    rule->nested =
        key.len > backend_key.len
        && revmap_path_covers(backend_key, key, REVMAP_READ_BYTES, NULL);
    return rule;
}

/* How far an older rule that says the same is looked for: it is only to be
 * warned of. */
#define MAX_TWICE 100

static int is_twin(const revmap_rule *a, const revmap_rule *b)
{
    return a->map == b->map && a->backend == b->backend
           && a->public_site == b->public_site && a->excluded == b->excluded
           && revmap_slice_equal(revmap_backend_path(a), revmap_backend_path(b))
           && revmap_slice_equal(revmap_public_key(a), revmap_public_key(b));
}

/* An older rule of this map with the same two sides: the first with the same
 * backend side, or one of those with the same public side. */
static const revmap_rule *find_twice(const revmap_rule *same_backend,
                                     const revmap_rule *same_mount,
                                     const revmap_rule *rule)
{
    const revmap_rule *other = same_mount;
    int i;

    if (!same_backend || !same_mount) {
        return NULL;
    }
    if (is_twin(same_backend, rule)) {
        return same_backend;
    }
    for (i = 0; other && i < MAX_TWICE; other = other->next_mount, i++) {
        if (is_twin(other, rule)) {
            return other;
        }
    }
    return NULL;
}

/* Of the rules that share a backend side, the index has the first. */
static void append_rule(revmap_map *map, revmap_rule *first, revmap_rule *rule)
{
    if (!first) {
        revmap_index_add(map->rules, rule);
    }
    else if (rule->order < first->order) {
        rule->shared = 1;
        revmap_index_replace(map->rules, first, rule);
    }
    else {
        first->shared = 1;
    }
}

static void append_mount(revmap_mounts *mounts, revmap_rule *first,
                         revmap_rule *rule)
{
    if (first) {
        rule->next_mount = first->next_mount;
        first->next_mount = rule;
    }
    else {
        revmap_index_add(mounts->index, rule);
    }
}

static void append_to_map(revmap_map *map, revmap_rule *rule)
{
    if (map->last) {
        map->last->following = rule;
    }
    else {
        map->first = rule;
    }
    map->last = rule;
    map->count++;
    if (!rule->backend) {
        map->holds |= REVMAP_HOLDS_BARE;
    }
}

unsigned int revmap_map_take_place(revmap_map *map)
{
    return map->orders++;
}

const revmap_rule *revmap_map_add(revmap_map *map,
                                  const revmap_side *public_side,
                                  const revmap_side *backend_side,
                                  revmap_place place, const revmap_rule **twice)
{
    return revmap_map_add_at(map, revmap_map_take_place(map), public_side,
                             backend_side, place, twice);
}

const revmap_rule *revmap_map_add_at(revmap_map *map, unsigned int order,
                                     const revmap_side *public_side,
                                     const revmap_side *backend_side,
                                     revmap_place place,
                                     const revmap_rule **twice)
{
    revmap_rule *rule =
        make_rule(map->pool, backend_side->path,
                  public_side ? public_side->path : REVMAP_LITERAL(""));
    revmap_rule *same_backend;
    revmap_rule *same_mount = NULL;

    rule->place = place;
    rule->map = map;
    rule->order = order;
    rule->excluded = public_side == NULL;
    rule->of_request = public_side && public_side->is_of_request;
    if (backend_side->has_origin) {
        rule->backend = intern_backend(map, &backend_side->origin);
    }
    if (public_side && public_side->has_origin) {
        rule->public_site = intern_site(map, &public_side->origin);
        map->mounts->hosted++;
    }
    same_backend = revmap_index_get(map->rules, revmap_rule_key(rule));
    if (public_side) {
        same_mount =
            revmap_index_get(map->mounts->index, revmap_mount_key(rule));
    }
    *twice = find_twice(same_backend, same_mount, rule);
    if (public_side) {
        append_mount(map->mounts, same_mount, rule);
    }
    append_rule(map, same_backend, rule);
    append_to_map(map, rule);
    return rule;
}

void revmap_map_add_rewrite(revmap_map *map, const revmap_rewrite *rewrite)
{
    APR_ARRAY_PUSH(map->rewrites, const revmap_rewrite *) = rewrite;
    map->holds |= REVMAP_HOLDS_REWRITES;
}

const revmap_cookie_rule *revmap_map_add_cookie_rule(revmap_map *map,
                                                     unsigned int what,
                                                     revmap_cookie_rule *rule)
{
    revmap_index **index = what == REVMAP_HOLDS_COOKIE_PATHS
                               ? &map->cookie_paths
                               : &map->cookie_domains;
    const revmap_cookie_rule *older;

    if (!*index) {
        *index = revmap_index_create(map->pool, key_of_cookie_rule);
        map->holds |= what;
    }
    older = revmap_index_get(*index, key_of_cookie_rule(rule));
    if (!older) {
        revmap_index_add(*index, rule);
    }
    return older;
}

void revmap_map_set_alone(revmap_map *map, const revmap_origin *origin)
{
    revmap_backend *backend = revmap_index_get_origin(map->backends, origin);

    backend->alone = 1;
}

int revmap_map_is_empty(const revmap_map *map)
{
    return !map->count && !map->holds && !map->late && !map->fresh
           && !map->headers && !map->forwarded;
}

const revmap_scope *revmap_scope_chain(apr_pool_t *pool, const revmap_map *map,
                                       const revmap_scope *outer)
{
    revmap_scope *scope;

    if (!map) {
        return outer;
    }
    scope = apr_palloc(pool, sizeof(*scope));
    scope->map = map;
    scope->outer = outer;
    return scope;
}

const revmap_scope *revmap_scope_merge(apr_pool_t *pool,
                                       const revmap_scope *inner,
                                       const revmap_scope *outer)
{
    revmap_scope *merged;

    if (!inner || !outer) {
        return inner ? inner : outer;
    }
    merged = apr_palloc(pool, sizeof(*merged));
    merged->map = inner->map;
    merged->outer = revmap_scope_merge(pool, inner->outer, outer);
    return merged;
}

unsigned int revmap_scope_holds(const revmap_scope *scope)
{
    unsigned int holds = 0;
    unsigned int ended = 0;

    for (; scope; scope = scope->outer) {
        holds |= scope->map->holds & ~ended;
        ended |= scope->map->fresh;
    }
    return holds;
}

const revmap_origin *revmap_scope_backend(const revmap_scope *scope,
                                          const revmap_origin *origin)
{
    const revmap_backend *backend = NULL;

    while (scope
           && (backend = revmap_index_get_origin(scope->map->backends, origin))
                  == NULL) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_RULES);
    }
    return backend ? &backend->origin : NULL;
}

int revmap_scope_is_public_host(const revmap_scope *scope,
                                const revmap_origin *host)
{
    revmap_origin alone = revmap_host_alone(host);

    while (scope
           && !revmap_index_get_origin(scope->map->public_hosts, &alone)) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_RULES);
    }
    return scope != NULL;
}

int revmap_scope_has(const revmap_scope *scope, const revmap_rule *rule)
{
    while (scope && scope->map != rule->map) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_RULES);
    }
    return scope != NULL;
}

int revmap_rule_public_covers(const revmap_rule *rule, revmap_slice path)
{
    return !rule->excluded
           && revmap_path_covers(revmap_public_key(rule), path,
                                 REVMAP_READ_NORMAL, NULL);
}
