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
 * @file warnings.h
 * @brief What administrators should know of a field
 */

#ifndef REVMAP_HTTPD_WARNINGS_H
#define REVMAP_HTTPD_WARNINGS_H

#include "httpd.h"

#include "revmap/httpd/report.h"

/** @return non-zero for a leak, a loop, or what a line asks for in vain */
static inline int revmap_is_worth_warning(const revmap_outcome *outcome)
{
    return outcome->leak.len || outcome->reason == REVMAP_LOOP
           || outcome->objection;
}

/** Count it, and warn of it with the line to write.
 *  @param exchange by which the field was looked at; NULL if nothing leaks */
void revmap_warn_of(request_rec *r, const revmap_exchange *exchange,
                    const revmap_field *field, const revmap_outcome *outcome);

#endif /* REVMAP_HTTPD_WARNINGS_H */
