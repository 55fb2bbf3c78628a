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
 * @file cookies.h
 * @brief The cookies of a request
 */

#ifndef REVMAP_HTTPD_COOKIES_H
#define REVMAP_HTTPD_COOKIES_H

#include "httpd.h"

#include "revmap/httpd/report.h"

/**
 * Give renamed cookies of a request the names by which the backend knows them.
 * To be called before a balancer looks for its session cookie.
 * @param r marked as proxied
 * @param scope the sections in force
 */
void revmap_return_cookies(request_rec *r, const revmap_scope *scope);

/** Warn of what a line asks for and what is not done, because browsers would
 *  reject the cookie or it would not find its way back. */
void revmap_report_objection(request_rec *r, const revmap_field *field,
                             const revmap_outcome *outcome);

#endif /* REVMAP_HTTPD_COOKIES_H */
