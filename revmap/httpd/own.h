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
 * @file own.h
 * @brief The headers of a response that are this server's own
 */

#ifndef REVMAP_HTTPD_OWN_H
#define REVMAP_HTTPD_OWN_H

#include "httpd.h"

#include "revmap/header.h"

/**
 * Remember the headers that are there before the backend answers, as far as
 * they are of those that are mapped.
 * @param pool of the request
 * @param scope says which are mapped
 * @param table what there is
 * @param own what is known already, NULL: none; it is added to
 */
void revmap_own_remember(apr_pool_t *pool, const revmap_scope *scope,
                         const apr_table_t *table, apr_array_header_t **own);

/** Find out, when the backend has answered, which of our own headers are there
 *  only as copies.  All others keep their place in memory; mod_proxy_http2
 *  copies them. */
void revmap_own_find_copied(const request_rec *r,
                            const apr_array_header_t *own);

/**
 * Tell how much of a field is our own: usually nothing or all of it.  FastCGI
 * and SCGI append a backend's value to one that is there already.
 * @param own of which each copy counts once
 * @param is_joined such a value may be in this table
 * @return the length of what is ours at the start of the value
 */
apr_size_t revmap_own_length(const apr_array_header_t *own,
                             const apr_table_entry_t *header, int is_joined);

#endif /* REVMAP_HTTPD_OWN_H */
