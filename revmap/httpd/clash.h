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
 * @file clash.h
 * @brief Cookies of two backends that take each other's place
 */

#ifndef REVMAP_HTTPD_CLASH_H
#define REVMAP_HTTPD_CLASH_H

#include "httpd.h"

#include "revmap/header.h"

/**
 * Remember which backend sets a cookie, and count and log it if another one
 * has set one of the same name, Path and Domain.  Members of a balancer are one
 * backend.  A cookie that a RevMapCookie line says to keep is meant to be
 * shared.
 * @param exchange the backend and the client's URL
 * @param sent the Set-Cookie field as the backend sent it
 * @param cookie as the client gets it
 */
void revmap_look_for_clash(request_rec *r, const revmap_exchange *exchange,
                           const char *sent, const revmap_identity *cookie);

/** Begin to remember, for a new configuration. */
void revmap_begin_cookies(void);

#endif /* REVMAP_HTTPD_CLASH_H */
