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

/* Warnings that are worth an hour of silence afterwards.
 *
 * What was said when is kept in a table of fixed size, which all children
 * share.  A place in it is one word, so that no lock is needed: its upper half
 * is of the hash of a warning, its lower one the minute in which it was given.
 * Minutes come round again only where such a word has 32 bits, in 45 days. */

#include "revmap/httpd/report.h"
#include "revmap/httpd/shared.h"

#include "apr_strings.h"
#include "http_log.h"

APLOG_USE_MODULE(revmap);

#define HOUR 60U
#define MINUTES ((APR_UINT64_C(1) << 4 * sizeof(revmap_cell)) - 1)
#define PLACES 8 /* where a warning may stand */

/* Minutes since a place was written.  That may have been for a request that
 * began later than this one: none then. */
static apr_uint64_t age_of(apr_uint64_t word, apr_uint64_t now)
{
    apr_uint64_t age = word ? (now - word) & MINUTES : MINUTES - HOUR;

    return age > MINUTES - HOUR ? 0 : age;
}

/* The place of a warning, or the one that can be spared best. */
static revmap_cell *find_place(revmap_cell *places, apr_uint64_t tag,
                               apr_uint64_t now, apr_uint64_t *word)
{
    revmap_cell *oldest = NULL;
    unsigned int i;

    for (i = 0; i < PLACES; i++) {
        apr_uint64_t there = revmap_cell_read(&places[i]);

        if ((there & ~MINUTES) == tag) {
            *word = there;
            return &places[i];
        }
        if (!oldest || age_of(there, now) > age_of(*word, now)) {
            oldest = &places[i];
            *word = there;
        }
    }
    return oldest;
}

/* Of several who ask at once, one is told so. */
static int is_due(apr_uint64_t hash, apr_uint64_t now)
{
    apr_uint64_t tag = hash >> (64 - 8 * sizeof(revmap_cell)) & ~MINUTES;
    apr_uint64_t set = hash % (REVMAP_HOURLY / PLACES);
    apr_uint64_t word = 0;
    revmap_cell *place;

    tag = tag ? tag : MINUTES + 1;
    place = find_place(&revmap_memory->hourly[set * PLACES], tag, now, &word);
    if ((word & ~MINUTES) == tag && age_of(word, now) < HOUR) {
        return 0;
    }
    return revmap_cell_swap(place, tag | (now & MINUTES), word);
}

static apr_uint64_t hash_of(const char *number, const revmap_place *place,
                            const char *key)
{
    apr_uint64_t hash = revmap_hash(REVMAP_HASH_SEED, number, strlen(number));

    if (place) {
        hash = revmap_hash(hash, place->file, strlen(place->file));
        hash =
            revmap_hash(hash, (const char *)&place->line, sizeof(place->line));
    }
    return revmap_hash(hash, key, strlen(key));
}

void revmap_warn_hourly(request_rec *r, const char *number,
                        const revmap_place *place, const char *key,
                        const char *format, ...)
{
    apr_uint64_t now = (apr_uint64_t)apr_time_sec(r->request_time) / 60;
    int level = APLOG_INFO;
    va_list args;

    if (revmap_memory && APLOG_R_IS_LEVEL(r, APLOG_WARNING)
        && is_due(hash_of(number, place, key), now)) {
        level = APLOG_WARNING;
    }
    if (!APLOG_R_IS_LEVEL(r, level)) {
        return;
    }
    va_start(args, format);
    ap_log_rerror(APLOG_MARK, level, 0, r, "%s: %s", number,
                  apr_pvsprintf(r->pool, format, args));
    va_end(args);
}

void revmap_forget_warnings(void)
{
    int i;

    for (i = 0; i < REVMAP_HOURLY; i++) {
        revmap_cell_clear(&revmap_memory->hourly[i]);
    }
}
