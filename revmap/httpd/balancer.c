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

/* Who the members of a balancer are.  mod_proxy knows them; members may be
 * added while the server runs. */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/workers.h"

#include "apr_strings.h"
#include "mod_proxy.h"

/* Looked up once for each configuration. */
static const module *found_proxy;

void revmap_find_proxy(void)
{
    found_proxy = ap_find_linked_module("mod_proxy.c");
}

const module *revmap_proxy_module(void)
{
    return found_proxy;
}

int revmap_is_balancer(const char *url)
{
    return ap_cstr_casecmpn(url, BALANCER_PREFIX, strlen(BALANCER_PREFIX)) == 0;
}

const char *revmap_split_balancer(apr_pool_t *pool, const char *url,
                                  const char **path)
{
    apr_size_t prefix = strlen(BALANCER_PREFIX);
    apr_size_t len = prefix + strcspn(url + prefix, "/");

    char *name = apr_pstrmemdup(pool, url, len);

    *path = url + len;
    ap_str_tolower(name);
    return name;
}

static const proxy_balancer *find_balancer(const server_rec *server,
                                           const char *name)
{
    const module *proxy = revmap_proxy_module();
    const proxy_server_conf *config =
        proxy ? ap_get_module_config(server->module_config, proxy) : NULL;
    int i;

    for (i = 0; config && i < config->balancers->nelts; i++) {
        const proxy_balancer *balancer =
            revmap_proxy_record(config->balancers, i);

        if (ap_cstr_casecmp(balancer->s->name, name) == 0) {
            return balancer;
        }
    }
    return NULL;
}

/* A member's URL, with its path, and the rule's path behind it. */
static void add_member(apr_pool_t *pool, const proxy_worker *worker,
                       const revmap_late *late, revmap_map *map)
{
    const char *url = revmap_worker_url(worker);
    apr_size_t len = strlen(url);
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side side;

    if (len && url[len - 1] == '/' && late->backend_text[0] == '/') {
        len--;
    }
    url = apr_pstrcat(pool, apr_pstrmemdup(pool, url, len), late->backend_text,
                      NULL);
    if (!revmap_side_parse_backend(pool, &side, &kind, url)
        && kind == REVMAP_SIDE_RULE && side.has_origin) {
        revmap_map_add_at(map, late->order, &late->public_side, &side,
                          late->place, &twice);
    }
}

const char *revmap_first_member(apr_pool_t *pool, const server_rec *server,
                                const char *name)
{
    const proxy_balancer *balancer = find_balancer(server, name);
    const proxy_worker *worker =
        balancer && balancer->workers->nelts
            ? APR_ARRAY_IDX(balancer->workers, 0, const proxy_worker *)
            : NULL;

    return worker && worker->s ? apr_pstrdup(pool, revmap_worker_url(worker))
                               : NULL;
}

int revmap_has_new_members(const server_rec *server, const revmap_late *late)
{
    const proxy_balancer *balancer = find_balancer(server, late->balancer);

    return balancer && balancer->workers->nelts > late->known;
}

int revmap_add_members(apr_pool_t *pool, const server_rec *server,
                       const revmap_late *late, revmap_map *map)
{
    const proxy_balancer *balancer = find_balancer(server, late->balancer);
    int count;
    int i;

    if (!balancer) {
        return -1;
    }
    count = balancer->workers->nelts;
    for (i = late->known; i < count; i++) {
        const proxy_worker *worker =
            APR_ARRAY_IDX(balancer->workers, i, const proxy_worker *);

        /* Another thread may be about to add it. */
        if (worker && worker->s) {
            add_member(pool, worker, late, map);
        }
    }
    return count;
}

static revmap_key key_of_members(const void *entry)
{
    const revmap_late *late = entry;
    return revmap_key_make(NULL, revmap_slice_of(late->balancer));
}

static void add_to_balancer(struct revmap_late_rules *rules, revmap_late *late)
{
    revmap_late *first = revmap_index_get(rules->members, key_of_members(late));

    if (first) {
        late->next = first->next;
        first->next = late;
    }
    else {
        revmap_index_add(rules->members, late);
    }
}

const revmap_late *revmap_late_members(const revmap_map *map, const char *name)
{
    return revmap_index_get(map->late->members,
                            revmap_key_make(NULL, revmap_slice_of(name)));
}

void revmap_add_late(revmap_map *map, const revmap_late *late)
{
    revmap_late *copy = apr_pmemdup(map->pool, late, sizeof(*late));
    struct revmap_late_rules *rules = map->late;

    if (!rules) {
        map->late = rules = apr_palloc(map->pool, sizeof(*rules));
        rules->list = apr_array_make(map->pool, 1, sizeof(const revmap_late *));
        rules->expressions =
            apr_array_make(map->pool, 1, sizeof(const revmap_late *));
        rules->members = revmap_index_create(map->pool, key_of_members);
    }
    APR_ARRAY_PUSH(rules->list, const revmap_late *) = copy;
    if (late->balancer) {
        add_to_balancer(rules, copy);
    }
    else {
        APR_ARRAY_PUSH(rules->expressions, const revmap_late *) = copy;
    }
}
