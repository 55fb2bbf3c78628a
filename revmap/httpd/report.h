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
 * @brief What is said of the things that were done: in the log, for access
 *        logs, and by counters
 */

#ifndef REVMAP_HTTPD_REPORT_H
#define REVMAP_HTTPD_REPORT_H

#include "httpd.h"

#include "revmap/header.h"

/** One field that was looked at. */
typedef struct revmap_field {
    const revmap_header *header; /**< NULL: of the client, to the backend */
    const char *name;            /**< as it came */
    const char *value;           /**< as it came */
} revmap_field;

/** @return non-zero if RevMapEngine is DryRun: nothing may be changed */
int revmap_is_dry_run(const request_rec *r);

/** What is told of the fields of one message. */
typedef struct revmap_report {
    request_rec *r;
    const revmap_exchange *exchange;
    struct revmap_noted *noted;
    struct revmap_shard *shard;
    int is_dry_run;
    int is_logged;
    const revmap_place *place; /**< the line that was told last, or NULL */
} revmap_report;

/**
 * Begin.
 * @param r the client's request, marked as proxied
 * @param exchange by which the fields are looked at; NULL: nothing leaks
 */
void revmap_report_begin(revmap_report *report, request_rec *r,
                         const revmap_exchange *exchange);

/**
 * Say what becomes of one field.
 * @param outcome what was decided
 * @return the new value, or NULL if the field stays, be it by DryRun
 */
const char *revmap_report_field(revmap_report *report,
                                const revmap_field *field,
                                const revmap_outcome *outcome);

/** Say what is left to be said, now that all fields are looked at. */
void revmap_report_end(revmap_report *report);

/** Report a message of which one field is looked at.
 *  @return as revmap_report_field() */
const char *revmap_report_outcome(request_rec *r,
                                  const revmap_exchange *exchange,
                                  const revmap_field *field,
                                  const revmap_outcome *outcome);

/**
 * Log a warning, at most once an hour for what it is about, over all children.
 * In between it is logged at info.  After a reload it is due again.
 * @param number of the message, "RM0102"; it is logged in front of it
 * @param place the line of the configuration that it is about, or NULL
 * @param key what else makes it another warning than one with the same number
 *        and place; it must not be what a client can choose freely
 * @param format as for apr_psprintf(); control bytes are escaped by httpd
 */
void revmap_warn_hourly(request_rec *r, const char *number,
                        const revmap_place *place, const char *key,
                        const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** All warnings are due again. */
void revmap_forget_warnings(void);

/** Register what mod_status shows. */
void revmap_register_status(void);

#endif /* REVMAP_HTTPD_REPORT_H */
