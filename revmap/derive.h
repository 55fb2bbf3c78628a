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
 * @file derive.h
 * @brief The forward configuration, read backwards
 */

#ifndef REVMAP_DERIVE_H
#define REVMAP_DERIVE_H

#include "revmap/path.h"

/**
 * Read a ProxyPassMatch line backwards.  It can be inverted if its pattern is
 * a literal path and then takes all the rest, as "^/app/(.*)$" does, and its
 * target ends with that rest, or has no group at all, so that mod_proxy
 * appends the whole path.
 * @param pool owns what is given back
 * @param pattern the regular expression
 * @param target the URL with its "$1"
 * @param fake the path prefix that a ProxyPass would have
 * @param real the URL prefix that a ProxyPass would have
 * @return NULL, or why it cannot be inverted
 */
const char *revmap_derive_invert(apr_pool_t *pool, const char *pattern,
                                 const char *target, const char **fake,
                                 const char **real);

/**
 * Take the longest common suffix, in whole segments, off two paths, so that
 * what is left maps one to the other.  They are compared decoded.
 * @param public_path the path that the client requested
 * @param backend_path the path that was requested from the backend
 * @param public_len how much of the public path is left
 * @param backend_len how much of the backend's path is left
 * @return NULL, or why what is left tells nothing
 */
const char *revmap_derive_from_request(revmap_slice public_path,
                                       revmap_slice backend_path,
                                       apr_size_t *public_len,
                                       apr_size_t *backend_len);

#endif /* REVMAP_DERIVE_H */
