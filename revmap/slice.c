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

#include "revmap/slice.h"

int revmap_same_nocase(const char *a, const char *b, apr_size_t len)
{
    apr_size_t i;

    /* Mostly they are spelled alike. */
    if (memcmp(a, b, len) == 0) {
        return 1;
    }
    for (i = 0; i < len; i++) {
        if (revmap_lower((unsigned char)a[i])
            != revmap_lower((unsigned char)b[i])) {
            return 0;
        }
    }
    return 1;
}

#define EACH_BYTE(byte) ((byte)*APR_UINT64_C(0x0101010101010101))

/* Eight bytes at a time.  One more than a byte, in seven bits, is less than
 * 0x21 if it is a control byte, and added to 0x5F it then leaves the highest
 * bit alone; a byte that is no ASCII brings that bit itself. */
static apr_uint64_t high_bits(apr_uint64_t word)
{
    apr_uint64_t next = (word & EACH_BYTE(0x7F)) + EACH_BYTE(1);

    return ((next & EACH_BYTE(0x7F)) + EACH_BYTE(0x5F)) | word;
}

static apr_uint64_t word_at(const char *text)
{
    apr_uint64_t word;

    memcpy(&word, text, sizeof(word));
    return word;
}

static apr_uint64_t short_word(revmap_slice slice)
{
    apr_uint64_t word = EACH_BYTE(' ');

    memcpy(&word, slice.ptr, slice.len);
    return word;
}

int revmap_slice_has_control(revmap_slice slice)
{
    const char *text = slice.ptr;
    apr_uint64_t all;

    if (slice.len < sizeof(all)) {
        all = high_bits(short_word(slice));
    }
    else {
        const char *last = text + slice.len - sizeof(all);

        all = high_bits(word_at(last));
        for (; text < last; text += sizeof(all)) {
            all &= high_bits(word_at(text));
        }
    }
    return (all & EACH_BYTE(0x80)) != EACH_BYTE(0x80);
}

int revmap_is_token(const char *text)
{
    const char *c;

    for (c = text; *c; c++) {
        if (*c <= ' ' || *c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", *c)) {
            return 0;
        }
    }
    return c != text;
}

const char *revmap_slice_join(apr_pool_t *pool, const revmap_slice *parts,
                              int count)
{
    apr_size_t len = 0;
    char *text;
    char *end;
    int i;

    for (i = 0; i < count; i++) {
        len += parts[i].len;
    }
    end = text = apr_palloc(pool, len + 1);
    for (i = 0; i < count; i++) {
        if (parts[i].len) {
            memcpy(end, parts[i].ptr, parts[i].len);
            end += parts[i].len;
        }
    }
    *end = '\0';
    return text;
}
