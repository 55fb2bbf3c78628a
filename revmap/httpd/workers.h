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

/**
 * @file workers.h
 * @brief The backends of the configuration, as mod_proxy's workers know them
 *
 * Nearly all URLs that mod_proxy requests begin with the scheme and the
 * authority of the worker that requests them.  These are read once.
 */

#ifndef REVMAP_HTTPD_WORKERS_H
#define REVMAP_HTTPD_WORKERS_H

#include "httpd.h"
#include "mod_proxy.h"

#include "revmap/url.h"

/** A worker of the configuration. */
typedef struct revmap_worker {
    const proxy_worker *worker; /**< mod_proxy's */
    revmap_slice site;          /**< "scheme://authority" of its URL */
    revmap_origin origin;       /**< what that is */
} revmap_worker;

/**
 * Read the URLs of all workers that the configuration has, members of
 * balancers included.
 * @param pconf for what is read
 * @param main_server of all that there are
 */
void revmap_read_workers(apr_pool_t *pconf, apr_pool_t *ptemp,
                         const server_rec *main_server);

/** @return what is known of a worker; NULL: it is NULL, stands for many, has
 *          no origin, or was added while the server runs */
const revmap_worker *revmap_worker_of(const proxy_worker *worker);

/** @return a worker or a balancer of an array of mod_proxy.  They may be longer
 *          than those this file was compiled with: the array knows. */
static inline const void *revmap_proxy_record(const apr_array_header_t *records,
                                              int i)
{
    return records->elts + (apr_size_t)i * (apr_size_t)records->elt_size;
}

/** @return the URL of a worker */
const char *revmap_worker_url(const proxy_worker *worker);

#endif /* REVMAP_HTTPD_WORKERS_H */
