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
 * @file report.h
 * @brief What is said of the things that were done
 */

#ifndef REVMAP_HTTPD_REPORT_H
#define REVMAP_HTTPD_REPORT_H

#include "httpd.h"

#include "revmap/header.h"

/**
 * Say what became of one field of a response.
 * @param r the client's request
 * @param exchange by which the field was looked at
 * @param name of the header
 * @param value as the backend sent it
 * @param outcome what was decided
 */
void revmap_report_outcome(request_rec *r, const revmap_exchange *exchange,
                           const char *name, const char *value,
                           const revmap_outcome *outcome);

#endif /* REVMAP_HTTPD_REPORT_H */
