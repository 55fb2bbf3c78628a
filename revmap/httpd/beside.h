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
 * @file beside.h
 * @brief Lines of other modules that do not go together with ours
 */

#ifndef REVMAP_HTTPD_BESIDE_H
#define REVMAP_HTTPD_BESIDE_H

#include "revmap/httpd/module.h"

/**
 * Warn of lines that spoil what this module does, or do it a second time.
 * @param server the main server
 */
void revmap_check_beside(apr_pool_t *pool, server_rec *server);

/** @return non-zero for "Header [onsuccess|always] edit[*]
 *          Location|Set-Cookie ..." */
int revmap_edits_mapped_header(apr_pool_t *pool,
                               const ap_directive_t *directive);

#endif /* REVMAP_HTTPD_BESIDE_H */
