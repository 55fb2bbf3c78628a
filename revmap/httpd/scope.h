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
 * @file scope.h
 * @brief Which maps are in force for a request
 */

#ifndef REVMAP_HTTPD_SCOPE_H
#define REVMAP_HTTPD_SCOPE_H

#include "revmap/httpd/module.h"

/**
 * Put together the maps that apply to a request: the written ones, what has
 * to be completed first, and the derived ones.
 * @param exchange has the written ones
 */
void revmap_complete_scope(request_rec *r, const revmap_dir_config *config,
                           revmap_exchange *exchange);

/**
 * Add a rule that leads from what was requested from the backend to what the
 * client requested, unless the others do so.
 * @param exchange prepared, and of a backend that has an origin
 */
void revmap_add_rule_of_request(request_rec *r, revmap_exchange *exchange);

#endif /* REVMAP_HTTPD_SCOPE_H */
