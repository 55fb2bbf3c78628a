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

#include "revmap/httpd/shared.h"

#include "apr_shm.h"
#include "apr_strings.h"

#include "revmap/block.h"

/* To be counted up when the meaning of a member changes but not its size. */
#define LAYOUT 6

#define KEY "mod_revmap:shared"

revmap_shared *revmap_memory;

/* ---- the memory --------------------------------------------------------- */

static apr_status_t make(apr_pool_t *process, revmap_shared **made)
{
    apr_size_t line = REVMAP_CACHE_LINE;
    apr_size_t size = sizeof(revmap_shared) + line;
    apr_status_t status;
    apr_uintptr_t start;
    apr_shm_t *shm;

    status = apr_shm_create(&shm, size, NULL, process);
    start = status == APR_SUCCESS ? (apr_uintptr_t)apr_shm_baseaddr_get(shm)
                                  : (apr_uintptr_t)apr_palloc(process, size);
    *made = (revmap_shared *)((start + line - 1) / line * line);
    memset(*made, 0, sizeof(**made));
    (*made)->layout = LAYOUT ^ (apr_uint32_t)(sizeof(**made) << 8);
    return status;
}

/* This module is loaded anew with each configuration; what it left behind is
 * found again by its name. */
apr_status_t revmap_shared_open(apr_pool_t *process)
{
    apr_status_t status = APR_SUCCESS;
    void *found = NULL;

    apr_pool_userdata_get(&found, KEY, process);
    revmap_memory = found;
    if (!revmap_memory
        || revmap_memory->layout
               != (LAYOUT ^ (apr_uint32_t)(sizeof(*revmap_memory) << 8))) {
        status = make(process, &revmap_memory);
        apr_pool_userdata_set(revmap_memory, KEY, NULL, process);
    }
    apr_atomic_inc32(&revmap_memory->generation);
    return status;
}

/* ---- names -------------------------------------------------------------- */

apr_uint64_t revmap_hash(apr_uint64_t seed, const char *bytes, apr_size_t len)
{
    return revmap_mix_text(seed + len, bytes, len, 0);
}

apr_uint64_t revmap_hash_nocase(apr_uint64_t seed, const char *bytes,
                                apr_size_t len)
{
    return revmap_mix_text(seed + len, bytes, len, REVMAP_CASE_BITS);
}

/* The last byte of the words stays zero. */
static void put_words(volatile apr_uint32_t *words, apr_size_t size,
                      const char *text)
{
    apr_size_t len = strlen(text);
    apr_size_t at;

    if (len > size - 1) {
        len = size - 1;
    }
    for (at = 0; at <= len; at += sizeof(apr_uint32_t)) {
        apr_uint32_t word = 0;

        memcpy(&word, text + at,
               len - at < sizeof(word) ? len - at : sizeof(word));
        apr_atomic_set32(words + at / sizeof(word), word);
    }
}

static const char *get_words(apr_pool_t *pool, volatile apr_uint32_t *words,
                             apr_size_t size)
{
    char *text = apr_pcalloc(pool, size);
    apr_size_t at;

    for (at = 0; at < size; at += sizeof(apr_uint32_t)) {
        apr_uint32_t word = apr_atomic_read32(words + at / sizeof(word));

        memcpy(text + at, &word, sizeof(word));
    }
    text[size - 1] = '\0';
    return text;
}

/* A name is looked for from where its hash says, and none is taken out while
 * they are in use.  Only who takes a free place writes the text. */
unsigned int revmap_name_number(revmap_name *names, unsigned int count,
                                apr_uint64_t hash, const char *name)
{
    apr_uint32_t tag = revmap_name_tag(hash);
    unsigned int number = (unsigned int)(hash % count);
    unsigned int i;

    for (i = 0; i < count; i++) {
        apr_uint32_t there = apr_atomic_read32(&names[number].hash);

        if (!there) {
            there = apr_atomic_cas32(&names[number].hash, tag, 0);
            if (!there) {
                put_words(names[number].words, REVMAP_NAME, name);
                apr_atomic_set32(&names[number].is_written, 1);
                return number;
            }
        }
        if (there == tag) {
            return number;
        }
        number = (number + 1) % count;
    }
    return count;
}

void revmap_names_forget(revmap_name *names, unsigned int count)
{
    unsigned int i;

    for (i = 0; i < count; i++) {
        apr_atomic_set32(&names[i].is_written, 0);
        apr_atomic_set32(&names[i].hash, 0);
    }
}

const char *revmap_name_text(apr_pool_t *pool, revmap_name *name)
{
    return apr_atomic_read32(&name->is_written)
               ? get_words(pool, name->words, REVMAP_NAME)
               : "";
}

/* ---- texts -------------------------------------------------------------- */

/* Who died while writing has left an odd version behind.  The time is that of
 * the request, which may have begun long before the last writer's. */
static int is_abandoned(revmap_text *text, apr_uint32_t now)
{
    return (apr_int32_t)(now - apr_atomic_read32(&text->time)) > 10;
}

void revmap_text_set(revmap_text *text, apr_uint32_t now, const char *value)
{
    apr_uint32_t version = apr_atomic_read32(&text->version);
    apr_uint32_t next = (version | 1) + 2;

    if ((version && apr_atomic_read32(&text->time) == now)
        || (version % 2 && !is_abandoned(text, now))
        || apr_atomic_cas32(&text->version, next, version) != version) {
        return;
    }
    apr_atomic_set32(&text->time, now);
    put_words(text->words, REVMAP_TEXT, value);
    apr_atomic_set32(&text->version, next + 1);
}

const char *revmap_text_get(apr_pool_t *pool, revmap_text *text,
                            apr_uint32_t *time)
{
    apr_uint32_t version = apr_atomic_read32(&text->version);
    int tries = 10;

    while (version && tries--) {
        apr_uint32_t before = version;
        const char *value = get_words(pool, text->words, REVMAP_TEXT);

        *time = apr_atomic_read32(&text->time);
        version = apr_atomic_read32(&text->version);
        if (version == before && version % 2 == 0) {
            return value;
        }
    }
    return NULL;
}
