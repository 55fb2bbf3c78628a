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
#include "revmap/reach.h"

#include "apr_strings.h"

static revmap_key make_key(const revmap_origin *origin, revmap_slice path)
{
    revmap_key key;

    key.origin = origin;
    key.path = path;
    return key;
}

static const revmap_origin *origin_of(const revmap_site *site)
{
    return site ? &site->origin : NULL;
}

revmap_key revmap_rule_key(const void *entry)
{
    const revmap_rule *rule = entry;

    return make_key(origin_of(rule->backend), revmap_backend_path(rule));
}

revmap_key revmap_mount_key(const void *entry)
{
    const revmap_rule *rule = entry;

    return make_key(rule->public_site ? &rule->public_site->host->origin : NULL,
                    revmap_public_key(rule));
}

static revmap_key key_of_site(const void *entry)
{
    const revmap_site *site = entry;

    return make_key(&site->origin, REVMAP_LITERAL(""));
}

static revmap_key key_of_cookie_rule(const void *entry)
{
    const revmap_cookie_rule *rule = entry;

    return make_key(NULL, rule->key);
}

revmap_mounts *revmap_mounts_create(apr_pool_t *pool)
{
    revmap_mounts *mounts = apr_pcalloc(pool, sizeof(*mounts));

    mounts->index = revmap_index_create(pool, revmap_mount_key);
    mounts->reaches = revmap_index_create(pool, revmap_reach_key);
    return mounts;
}

static void clear_rules(revmap_map *map)
{
    map->files = NULL;
    map->late = NULL;
    map->first = map->last = NULL;
    map->count = map->bare = map->orders = 0;
    map->rules = revmap_index_create(map->pool, revmap_rule_key);
    map->sites = revmap_index_create(map->pool, key_of_site);
    map->public_hosts = revmap_index_create(map->pool, key_of_site);
    map->rewrites = apr_array_make(map->pool, 0, sizeof(revmap_rewrite *));
}

revmap_map *revmap_map_create(apr_pool_t *pool, revmap_mounts *mounts)
{
    revmap_map *map = apr_pcalloc(pool, sizeof(*map));

    map->pool = pool;
    map->mounts = mounts;
    clear_rules(map);
    map->cookie_paths = revmap_index_create(pool, key_of_cookie_rule);
    map->cookie_domains = revmap_index_create(pool, key_of_cookie_rule);
    map->reaches = revmap_index_create(pool, revmap_reach_key);
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
    if (what & REVMAP_FRESH_RULES) {
        drop_rules(map);
        map->afresh++;
    }
    if (what & REVMAP_FRESH_COOKIE_PATHS) {
        map->cookie_paths = revmap_index_create(map->pool, key_of_cookie_rule);
    }
    if (what & REVMAP_FRESH_COOKIE_DOMAINS) {
        map->cookie_domains =
            revmap_index_create(map->pool, key_of_cookie_rule);
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

/* The one record that an index of origins keeps of this one. */
static revmap_site *intern_site(revmap_map *map, revmap_index *index,
                                const revmap_origin *origin)
{
    revmap_site *site =
        revmap_index_get(index, make_key(origin, REVMAP_LITERAL("")));

    if (!site) {
        site = apr_pcalloc(map->pool, sizeof(*site));
        site->origin = *origin;
        site->text = revmap_origin_text(map->pool, origin);
        site->origin.host.ptr =
            strstr(site->text, "://") + (origin->is_ipv6 ? 4 : 3);
        revmap_index_add(index, site);
    }
    return site;
}

revmap_origin revmap_host_alone(const revmap_origin *origin)
{
    revmap_origin host = *origin;

    host.scheme = REVMAP_SCHEME_NONE;
    host.port = 0;
    return host;
}

/* What is normal already is not copied. */
static revmap_slice normal_form(apr_pool_t *pool, revmap_slice path)
{
    return revmap_path_is_normal(path) ? path : revmap_path_normal(pool, path);
}

/* One piece of memory for all that a rule says of paths. */
static void set_paths(revmap_rule *rule, apr_pool_t *pool,
                      revmap_slice backend_path, revmap_slice public_path)
{
    revmap_slice key = normal_form(pool, public_path);
    revmap_slice parts[3];

    parts[0] = normal_form(pool, backend_path);
    parts[1] = public_path;
    parts[2] = key.ptr == public_path.ptr ? REVMAP_LITERAL("") : key;
    rule->paths = revmap_slice_join(pool, parts, 3);
    rule->backend_len = (apr_uint32_t)parts[0].len;
    rule->public_len = (apr_uint32_t)parts[1].len;
    rule->key_len = (apr_uint32_t)parts[2].len;
    rule->nested =
        key.len > parts[0].len
        && revmap_path_covers(parts[0], key, REVMAP_READ_BYTES, NULL);
}

static void set_public_site(revmap_rule *rule, revmap_map *map,
                            const revmap_origin *origin)
{
    revmap_origin host = revmap_host_alone(origin);
    revmap_site *site = intern_site(map, map->sites, origin);

    site->host = intern_site(map, map->public_hosts, &host);
    rule->public_site = site;
    map->mounts->hosted++;
}

static void set_backend_site(revmap_rule *rule, revmap_map *map,
                             const revmap_origin *origin)
{
    revmap_site *site = intern_site(map, map->sites, origin);

    site->backend = 1;
    rule->backend = site;
}

/* How far an older rule that says the same is looked for: it is only to be
 * warned of. */
#define MAX_TWICE 100

/* An older rule of this map with the same two sides.  Such a rule stands in
 * both chains, so the shorter one bounds the search. */
static const revmap_rule *find_twice(const revmap_rule *same_backend,
                                     const revmap_rule *same_mount,
                                     const revmap_rule *rule)
{
    const revmap_rule *a = same_backend;
    const revmap_rule *b = same_mount;
    int i;

    for (i = 0; a && b && i < MAX_TWICE; a = a->next, b = b->next_mount, i++) {
        if (a->public_site == rule->public_site
            && revmap_slice_equal(revmap_public_key(a), revmap_public_key(rule))
            && a->excluded == rule->excluded) {
            return a;
        }
        if (b->map == rule->map && b->backend == rule->backend
            && b->public_site == rule->public_site
            && revmap_slice_equal(revmap_backend_path(b),
                                  revmap_backend_path(rule))) {
            return b;
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
        rule->next = first;
        revmap_index_replace(map->rules, first, rule);
    }
    else {
        rule->next = first->next;
        first->next = rule;
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
    map->bare += !rule->backend;
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
    revmap_rule *rule = apr_pcalloc(map->pool, sizeof(*rule));
    revmap_rule *same_backend;
    revmap_rule *same_mount = NULL;

    rule->place = place;
    rule->map = map;
    rule->order = order;
    rule->excluded = public_side == NULL;
    rule->of_request = public_side && public_side->is_of_request;
    if (backend_side->has_origin) {
        set_backend_site(rule, map, &backend_side->origin);
    }
    if (public_side && public_side->has_origin) {
        set_public_site(rule, map, &public_side->origin);
    }
    set_paths(rule, map->pool, backend_side->path,
              public_side ? public_side->path : REVMAP_LITERAL(""));
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
}

const revmap_cookie_rule *revmap_map_add_cookie_rule(revmap_index *index,
                                                     revmap_cookie_rule *rule)
{
    const revmap_cookie_rule *older =
        revmap_index_get(index, key_of_cookie_rule(rule));

    if (!older) {
        revmap_index_add(index, rule);
    }
    return older;
}

void revmap_map_set_alone(revmap_map *map, const revmap_origin *origin)
{
    revmap_site *site =
        revmap_index_get(map->sites, make_key(origin, REVMAP_LITERAL("")));

    site->alone = 1;
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
    if (!inner || !outer) {
        return inner ? inner : outer;
    }
    return revmap_scope_chain(pool, inner->map,
                              revmap_scope_merge(pool, inner->outer, outer));
}

const revmap_origin *revmap_scope_backend(const revmap_scope *scope,
                                          const revmap_origin *origin)
{
    revmap_key key = make_key(origin, REVMAP_LITERAL(""));

    while (scope) {
        const revmap_site *site = revmap_index_get(scope->map->sites, key);

        if (site && site->backend) {
            return &site->origin;
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_RULES);
    }
    return NULL;
}

int revmap_scope_is_public_host(const revmap_scope *scope,
                                const revmap_origin *host)
{
    revmap_origin alone = revmap_host_alone(host);
    revmap_key key = make_key(&alone, REVMAP_LITERAL(""));

    while (scope && !revmap_index_get(scope->map->public_hosts, key)) {
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
