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
 * @file rewrite.h
 * @brief Rules by regular expression
 */

#ifndef REVMAP_REWRITE_H
#define REVMAP_REWRITE_H

#include "revmap/map.h"

/**
 * Read the public side of a RevMapRewrite: a path or a URL with $0 to $9.
 * @param pool for the pieces, and for the answer
 * @param rewrite its pieces are filled in; they are slices of @a text
 * @param text the public side
 * @param groups how many groups the regular expression has
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_rewrite_parse(apr_pool_t *pool, revmap_rewrite *rewrite,
                                 const char *text, int groups);

/**
 * Try a rule.
 * @param pool owns what is given back
 * @param rewrite all members are set
 * @param subject the normal form of a URL, or of a path for on_path rules
 * @return the public side with the groups put in, from @a pool; NULL if it
 *         does not match or a group would put something odd into the host
 */
const char *revmap_rewrite_apply(apr_pool_t *pool,
                                 const revmap_rewrite *rewrite,
                                 const char *subject);

#endif /* REVMAP_REWRITE_H */
