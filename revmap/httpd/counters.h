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
 * @file counters.h
 * @brief What is counted, over all children and reloads
 *
 * All numbers are those since the server was started.  Counting is a few
 * atomic additions; reading adds up the shards of all threads.
 */

#ifndef REVMAP_HTTPD_COUNTERS_H
#define REVMAP_HTTPD_COUNTERS_H

#include "httpd.h"
#include "http_config.h"

#include "revmap/header.h"

/** So many lines of the configuration have a counter of their own. */
#define REVMAP_LINES 1000

/** So many headers have one that the engine does not know. */
#define REVMAP_HEADERS 63

/** The counters of all headers: first of those that it knows, then of these,
 *  at last of all others. */
#define REVMAP_HEADER_COUNTERS (REVMAP_KNOWN_HEADERS + REVMAP_HEADERS + 1)

/** What is kept of the last value, its end included. */
#define REVMAP_TEXT 256

/** What happens. */
typedef enum revmap_event {
    REVMAP_RESPONSES = 0, /**< a response of a backend was looked at */
    REVMAP_LEAKS,         /**< a URL of a backend that no rule covers */
    REVMAP_LOOPS,         /**< a redirect to the URL just requested */
    REVMAP_CLASHES,       /**< a cookie of one backend over that of another */
    REVMAP_EVENTS
} revmap_event;

/** A line of the configuration that is counted. */
typedef struct revmap_counted_line {
    const ap_directive_t *directive;
    revmap_slice where;   /**< "file:line", with a NUL behind it */
    apr_uint64_t key;     /**< what it says, and in which section */
    unsigned int counter; /**< which of REVMAP_LINES; 0: of all others */
} revmap_counted_line;

/** Forget the lines of the last reading of the configuration. */
void revmap_forget_lines(apr_pool_t *pconf);

/**
 * Note that a line is to be counted.
 * @return its file, line and number; the same for the same directive
 */
revmap_place revmap_counted_place(const ap_directive_t *directive);

/** The line that was noted last gives no work after all. */
void revmap_uncount_place(revmap_place *place);

/** @return all lines that are counted, of revmap_counted_line */
const apr_array_header_t *revmap_counted_lines(void);

/** @return "file:line", with a NUL behind it; from the pool only if it is not
 *          known already */
revmap_slice revmap_place_text(apr_pool_t *pool, const revmap_place *place);

/**
 * Find out, when all lines are known, in what each of them is counted: a line
 * that was there before the reload, in the same file and section, goes on with
 * the number that it had.
 * @param process the pool that outlives all configurations
 */
void revmap_open_counters(apr_pool_t *process, server_rec *server);

/** Count something that happened. */
void revmap_count(const request_rec *r, revmap_event event);

/** Keep a value as the last one of an event, which is counted, too. */
void revmap_count_last(const request_rec *r, revmap_event event,
                       const char *value);

/** What a thread counts in. */
typedef struct revmap_shard revmap_shard;

/** @return where to count for a request */
revmap_shard *revmap_shard_of(const request_rec *r);

/** Count a field that is rewritten, by the number of its header.
 *  @param is_dry_run it would be rewritten but for DryRun */
void revmap_count_known(revmap_shard *shard, unsigned int number,
                        int is_dry_run);

/** The same by the name of a header that is not known. */
void revmap_count_unknown(revmap_shard *shard, const char *title,
                          int is_dry_run);

/** Count a field that stays. */
void revmap_count_left(revmap_shard *shard, revmap_reason reason);

/** Count that a line was in charge of a field. */
void revmap_count_hit(revmap_shard *shard, const revmap_place *place);

/** @return how often something happened */
apr_uint64_t revmap_counted(revmap_event event);

/** @return the last value of an event, or NULL
 *  @param age seconds since then */
const char *revmap_counted_last(const request_rec *r, revmap_event event,
                                apr_uint32_t *age);

/** @return how many fields stayed for a reason */
apr_uint64_t revmap_counted_left(revmap_reason reason);

/**
 * Go through the headers that were rewritten.
 * @param i less than REVMAP_HEADER_COUNTERS
 * @param name set to the header's name, "" if there is none
 * @param dry set to how many fields DryRun left
 * @return how many fields were rewritten
 */
apr_uint64_t revmap_counted_header(apr_pool_t *pool, unsigned int i,
                                   const char **name, apr_uint64_t *dry);

/** @return how often a line was in charge; what is counted for all lines
 *          without a counter of their own if this is one of them */
apr_uint64_t revmap_hits(const revmap_place *place);

/** @return the same by the number of a counter */
apr_uint64_t revmap_hits_of(unsigned int counter);

#endif /* REVMAP_HTTPD_COUNTERS_H */
