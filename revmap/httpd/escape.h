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
 * @file escape.h
 * @brief Any bytes, written so that they are nothing but text in a page
 */

#ifndef REVMAP_HTTPD_ESCAPE_H
#define REVMAP_HTTPD_ESCAPE_H

#include "apr_pools.h"

/**
 * Escape text for HTML, within an element.  What cannot be seen, or would make
 * other text be seen in another order, is spelled out: control bytes, bytes
 * that are no UTF-8, and marks that turn the direction of writing.
 * @return the text, from @a pool
 */
const char *revmap_escape_html(apr_pool_t *pool, const char *text);

/** Escape text for the value of an HTML attribute, from which it can be sent
 *  again.  What cannot be, because it is no UTF-8, becomes U+FFFD. */
const char *revmap_escape_attribute(apr_pool_t *pool, const char *text);

/** @return the text as a JSON string in quotes, "null" for NULL; bytes that
 *          are no UTF-8 become U+FFFD */
const char *revmap_escape_json(apr_pool_t *pool, const char *text);

#endif /* REVMAP_HTTPD_ESCAPE_H */
