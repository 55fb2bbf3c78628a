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

/* The backends of the configuration, as mod_proxy's workers know them.
 *
 * They are found by the place of the worker in memory, so that no text has to
 * be hashed. */

#include "revmap/httpd/workers.h"
#include "revmap/httpd/balancer.h"

#include "apr_strings.h"

/* A power of two, and twice as many as there are workers. */
static revmap_worker *places;
static apr_size_t last_place;

const char *revmap_worker_url(const proxy_worker *worker)
{
/* Of httpd 2.4 alone: in 2.5 there is one name, of the full length. */
#if MODULE_MAGIC_NUMBER_MAJOR == 20120211 && MODULE_MAGIC_NUMBER_MINOR >= 124
    return worker->s->name_ex;
#else
    return worker->s->name;
#endif
}

/* Where a worker is, or has to be put: the upper half of the product depends on
 * all bits of the address. */
static revmap_worker *find_place(const proxy_worker *worker)
{
    apr_uint64_t hash =
        (apr_uintptr_t)worker * APR_UINT64_C(0x9E3779B97F4A7C15);
    apr_size_t i = (apr_size_t)(hash >> 32) & last_place;

    while (places[i].worker && places[i].worker != worker) {
        i = (i + 1) & last_place;
    }
    return &places[i];
}

const revmap_worker *revmap_worker_of(const proxy_worker *worker)
{
    const revmap_worker *place = find_place(worker);

    return place->worker ? place : NULL;
}

/* ---- when the configuration is complete --------------------------------- */

static void add_members(apr_array_header_t *workers,
                        const proxy_balancer *balancer)
{
    int i;

    for (i = 0; i < balancer->workers->nelts; i++) {
        APR_ARRAY_PUSH(workers, const proxy_worker *) =
            APR_ARRAY_IDX(balancer->workers, i, const proxy_worker *);
    }
}

static void add_workers(apr_array_header_t *workers,
                        const proxy_server_conf *config)
{
    int i;

    for (i = 0; i < config->workers->nelts; i++) {
        APR_ARRAY_PUSH(workers, const proxy_worker *) =
            revmap_proxy_record(config->workers, i);
    }
    for (i = 0; i < config->balancers->nelts; i++) {
        add_members(workers, revmap_proxy_record(config->balancers, i));
    }
}

/* Virtual hosts without lines of mod_proxy share the configuration of the main
 * server. */
static apr_array_header_t *all_workers(apr_pool_t *pool,
                                       const server_rec *server)
{
    apr_array_header_t *workers =
        apr_array_make(pool, 16, sizeof(const proxy_worker *));
    const module *proxy = revmap_proxy_module();
    const proxy_server_conf *first =
        proxy ? ap_get_module_config(server->module_config, proxy) : NULL;

    for (; first && server; server = server->next) {
        const proxy_server_conf *config =
            ap_get_module_config(server->module_config, proxy);

        if (config != first || !server->is_virtual) {
            add_workers(workers, config);
        }
    }
    return workers;
}

/* A copy is read: mod_proxy's own text may change while the server runs. */
static void read_worker(apr_pool_t *pool, const proxy_worker *worker)
{
    const char *url = apr_pstrdup(pool, revmap_worker_url(worker));
    revmap_worker *place = find_place(worker);
    revmap_slice rest = revmap_slice_of(url);

    if (revmap_backend_read(&place->origin, &rest) == REVMAP_OK) {
        place->worker = worker;
        place->site = revmap_slice_make(url, (apr_size_t)(rest.ptr - url));
    }
}

void revmap_read_workers(apr_pool_t *pconf, apr_pool_t *ptemp,
                         const server_rec *main_server)
{
    const apr_array_header_t *workers = all_workers(ptemp, main_server);
    apr_size_t size = 1;
    int i;

    while (size <= 2 * (apr_size_t)workers->nelts) {
        size *= 2;
    }
    last_place = size - 1;
    places = apr_pcalloc(pconf, size * sizeof(*places));
    for (i = 0; i < workers->nelts; i++) {
        read_worker(pconf, APR_ARRAY_IDX(workers, i, const proxy_worker *));
    }
}
