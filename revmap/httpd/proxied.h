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
 * @file proxied.h
 * @brief What is kept of a request that goes to a backend
 */

#ifndef REVMAP_HTTPD_PROXIED_H
#define REVMAP_HTTPD_PROXIED_H

#include "httpd.h"
#include "http_config.h"
#include "mod_proxy.h"

#include "revmap/httpd/facts.h"
#include "revmap/httpd/functions.h"
#include "revmap/httpd/notes.h"

/** The lines of one backend's response, as far as they are interim. */
typedef struct revmap_interim {
    request_rec *r;      /**< the client's */
    int status;          /**< of the interim response being read; 0: none is */
    int is_later;        /**< there was one before */
    revmap_facts *facts; /**< NULL: nothing has been mapped yet */
} revmap_interim;

/** A request that mod_proxy sends to a backend. */
typedef struct revmap_proxied {
    const char *host; /**< the Host header, where it may be dropped, or NULL */
    apr_array_header_t *own;     /**< this server's own headers, NULL: none */
    int is_done;                 /**< the response has been mapped */
    const proxy_worker *worker;  /**< that was chosen; NULL: not known */
    revmap_noted noted;          /**< for access logs */
    revmap_interim interim;      /**< set when the request goes out */
    apr_array_header_t *changes; /**< of the request, see request.c */
    revmap_known *known;         /**< for other modules, see functions.c */
} revmap_proxied;

/** @return what is kept of a request; NULL if it does not go to a backend */
static inline revmap_proxied *revmap_proxied_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &revmap_module);
}

/** Gather what is known of a marked request, unless that has been done. */
void revmap_know(request_rec *r, revmap_facts *facts);

/** @return non-zero if the request went to a backend and its response is to
 *          be mapped */
int revmap_is_to_be_mapped(request_rec *r);

/** What has come from the backend so far is mapped already; the final response
 *  may have it, too. */
void revmap_keep_mapped(request_rec *r);

/** @return the name of the balancer that was asked, or NULL.  Where its worker
 *          is not known, mod_proxy_balancer tells. */
static inline const char *revmap_asked_balancer(const request_rec *r)
{
    const revmap_proxied *proxied = revmap_proxied_of(r);

    if (!proxied || !proxied->worker) {
        return apr_table_get(r->subprocess_env, "BALANCER_NAME");
    }
    return proxied->worker->balancer ? proxied->worker->balancer->s->name
                                     : NULL;
}

#endif /* REVMAP_HTTPD_PROXIED_H */
