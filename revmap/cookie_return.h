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
 * @file cookie_return.h
 * @brief The field Cookie, on the way back to the backend
 */

#ifndef REVMAP_COOKIE_RETURN_H
#define REVMAP_COOKIE_RETURN_H

#include "revmap/map.h"

/**
 * Give the cookies of a request (RFC 6265 section 4.2.1) the names by which the
 * backend knows them.  A cookie that bears such a name already did not come
 * from the backend and is left out; all others stay, byte for byte.
 * @param scope the sections in force
 * @param value the field as the client sent it
 * @param pool owns the new value
 * @return the new value, "" if no cookie is left, NULL if nothing changes
 */
const char *revmap_cookie_return(const revmap_scope *scope, revmap_slice value,
                                 apr_pool_t *pool);

#endif /* REVMAP_COOKIE_RETURN_H */
