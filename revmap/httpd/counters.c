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

/* Counting, and reading what was counted. */

#include "revmap/httpd/counters.h"
#include "revmap/httpd/clash.h"
#include "revmap/httpd/report.h"
#include "revmap/httpd/shared.h"

#include "apr_strings.h"
#include "http_log.h"

APLOG_USE_MODULE(revmap);

/* ---- lines -------------------------------------------------------------- */

static apr_array_header_t *lines; /* of revmap_counted_line */

void revmap_forget_lines(apr_pool_t *pconf)
{
    lines = apr_array_make(pconf, 0, sizeof(revmap_counted_line));
}

const apr_array_header_t *revmap_counted_lines(void)
{
    return lines;
}

/* Of a place that has a number. */
static const revmap_counted_line *line_of(const revmap_place *place)
{
    return &APR_ARRAY_IDX(lines, place->number - 1, revmap_counted_line);
}

static unsigned int counter_of(const revmap_place *place)
{
    return place->number ? line_of(place)->counter : 0;
}

revmap_place revmap_counted_place(const ap_directive_t *directive)
{
    revmap_counted_line *line;
    revmap_place place;

    place.file = directive->filename;
    place.line = (unsigned int)directive->line_num;
    place.number = 0;
    if (lines->nelts) {
        line = &APR_ARRAY_IDX(lines, lines->nelts - 1, revmap_counted_line);
        if (line->directive == directive) {
            place.number = (unsigned int)lines->nelts;
            return place;
        }
    }
    if (lines->nelts < REVMAP_LINES) {
        line = apr_array_push(lines);
        line->directive = directive;
        line->counter = 0;
        line->where = revmap_slice_of(
            apr_psprintf(lines->pool, "%s:%u", place.file, place.line));
        place.number = (unsigned int)lines->nelts;
    }
    return place;
}

void revmap_uncount_place(revmap_place *place)
{
    if (place->number && place->number == (unsigned int)lines->nelts) {
        apr_array_pop(lines);
    }
    place->number = 0;
}

/* Not printed, but put together from its end: the lines of a map file come
 * here, for each response. */
static revmap_slice write_place(apr_pool_t *pool, const revmap_place *place)
{
    apr_size_t len = strlen(place->file);
    apr_size_t room = len + sizeof(":4294967295");
    char *end = (char *)apr_palloc(pool, room) + room - 1;
    char *text = end;
    unsigned int number = place->line;

    *text = '\0';
    do {
        *--text = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    *--text = ':';
    text -= len;
    memcpy(text, place->file, len);
    return revmap_slice_make(text, (apr_size_t)(end - text));
}

revmap_slice revmap_place_text(apr_pool_t *pool, const revmap_place *place)
{
    if (place->number) {
        return line_of(place)->where;
    }
    return place->line ? write_place(pool, place)
                       : revmap_slice_of(place->file);
}

/* ---- whose is which counter --------------------------------------------- */

/* Who keeps a line and moves it down in its file wants to keep its number. */
static apr_uint64_t key_of(const ap_directive_t *directive)
{
    apr_uint64_t key = REVMAP_HASH_SEED;
    const char *texts[4];
    int i;

    texts[0] = directive->filename;
    texts[1] = directive->parent ? directive->parent->args : "";
    texts[2] = directive->directive;
    texts[3] = directive->args;
    for (i = 0; i < 4; i++) {
        key = revmap_hash(key, texts[i], strlen(texts[i]) + 1);
    }
    return key | 1;
}

/* The counter with this key, or a free one, or 0.  Children of the last
 * configuration may still count in what that one had. */
static unsigned int find_counter(apr_uint64_t key)
{
    apr_uint32_t now = revmap_memory->generation;
    unsigned int oldest = 0;
    unsigned int i;

    for (i = 1; i <= REVMAP_LINES; i++) {
        const revmap_owner *owner = &revmap_memory->owners[i];

        if (owner->key == key) {
            return i;
        }
        if ((!owner->key || now - owner->generation > 1)
            && (!oldest
                || owner->generation
                       < revmap_memory->owners[oldest].generation)) {
            oldest = i;
        }
    }
    return oldest;
}

static unsigned int claim_counter(apr_uint64_t key)
{
    unsigned int found = find_counter(key);
    revmap_owner *owner = &revmap_memory->owners[found];
    int i;

    if (found && owner->key != key) {
        owner->key = key;
        for (i = 0; i < REVMAP_SHARDS; i++) {
            revmap_cell_clear(&revmap_memory->shards[i].lines[found]);
        }
    }
    owner->generation = revmap_memory->generation;
    return found;
}

/* The same line in the same section, again, is of another virtual host. */
static unsigned int count_same(int before, apr_uint64_t key)
{
    unsigned int count = 0;
    int i;

    for (i = 0; i < before; i++) {
        count += APR_ARRAY_IDX(lines, i, revmap_counted_line).key == key;
    }
    return count;
}

void revmap_open_counters(apr_pool_t *process, server_rec *server)
{
    apr_status_t status = revmap_shared_open(process);
    int i;

    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, status, server,
                     "RM0105: no shared memory: each child counts for itself");
    }
    revmap_forget_warnings();
    revmap_begin_cookies();
    for (i = 0; i < lines->nelts; i++) {
        revmap_counted_line *line =
            &APR_ARRAY_IDX(lines, i, revmap_counted_line);

        line->key = key_of(line->directive);
        line->counter = claim_counter(line->key + 2 * count_same(i, line->key));
    }
}

/* ---- counting ----------------------------------------------------------- */

/* The connections of one thread have one number, or few, in all MPMs. */
revmap_shard *revmap_shard_of(const request_rec *r)
{
    return &revmap_memory
                ->shards[(unsigned long)r->connection->id % REVMAP_SHARDS];
}

static apr_uint32_t now_of(const request_rec *r)
{
    return (apr_uint32_t)apr_time_sec(r->request_time);
}

void revmap_count(const request_rec *r, revmap_event event)
{
    revmap_cell_add(&revmap_shard_of(r)->events[event], 1);
}

void revmap_count_last(const request_rec *r, revmap_event event,
                       const char *value)
{
    revmap_count(r, event);
    revmap_text_set(&revmap_memory->last[event], now_of(r), value);
}

static revmap_cell *headers_of(revmap_shard *shard, int is_dry_run)
{
    return is_dry_run ? shard->dry : shard->rewritten;
}

void revmap_count_known(revmap_shard *shard, unsigned int number,
                        int is_dry_run)
{
    revmap_cell_add(&headers_of(shard, is_dry_run)[number], 1);
}

/* Its name gets a number when it is seen first. */
void revmap_count_unknown(revmap_shard *shard, const char *title,
                          int is_dry_run)
{
    apr_uint64_t hash =
        revmap_hash_nocase(REVMAP_HASH_SEED, title, strlen(title));
    unsigned int number =
        revmap_name_number(revmap_memory->headers, REVMAP_HEADERS, hash, title);

    revmap_count_known(shard, REVMAP_KNOWN_HEADERS + number, is_dry_run);
}

void revmap_count_left(revmap_shard *shard, revmap_reason reason)
{
    revmap_cell_add(&shard->left[reason], 1);
}

void revmap_count_hit(revmap_shard *shard, const revmap_place *place)
{
    revmap_cell_add(&shard->lines[counter_of(place)], 1);
}

/* ---- reading ------------------------------------------------------------ */

/* The counters of all shards lie at the same place in each. */
static apr_uint64_t sum(const revmap_cell *cell)
{
    const char *first = (const char *)cell;
    apr_uint64_t total = 0;
    int i;

    for (i = 0; i < REVMAP_SHARDS; i++) {
        total += revmap_cell_read(
            (revmap_cell *)(first + (apr_size_t)i * sizeof(revmap_shard)));
    }
    return total;
}

apr_uint64_t revmap_counted(revmap_event event)
{
    return sum(&revmap_memory->shards[0].events[event]);
}

const char *revmap_counted_last(const request_rec *r, revmap_event event,
                                apr_uint32_t *age)
{
    apr_uint32_t then = 0;
    const char *value =
        revmap_text_get(r->pool, &revmap_memory->last[event], &then);

    *age = now_of(r) > then ? now_of(r) - then : 0;
    return value;
}

apr_uint64_t revmap_counted_left(revmap_reason reason)
{
    return sum(&revmap_memory->shards[0].left[reason]);
}

apr_uint64_t revmap_counted_header(apr_pool_t *pool, unsigned int i,
                                   const char **name, apr_uint64_t *dry)
{
    if (i < REVMAP_KNOWN_HEADERS) {
        *name = revmap_header_name(i);
    }
    else if (i < REVMAP_KNOWN_HEADERS + REVMAP_HEADERS) {
        *name = revmap_name_text(
            pool, &revmap_memory->headers[i - REVMAP_KNOWN_HEADERS]);
    }
    else {
        *name = "other";
    }
    *dry = sum(&revmap_memory->shards[0].dry[i]);
    return sum(&revmap_memory->shards[0].rewritten[i]);
}

apr_uint64_t revmap_hits_of(unsigned int counter)
{
    return sum(&revmap_memory->shards[0].lines[counter]);
}

apr_uint64_t revmap_hits(const revmap_place *place)
{
    return revmap_hits_of(counter_of(place));
}
