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

int revmap_same_folded(const char *a, const char *b, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (revmap_lower((unsigned char)a[i])
            != revmap_lower((unsigned char)b[i])) {
            return 0;
        }
    }
    return 1;
}

#define EACH_BYTE(byte) ((byte)*APR_UINT64_C(0x0101010101010101))

static apr_uint64_t word_at(const char *text)
{
    apr_uint64_t word;

    memcpy(&word, text, sizeof(word));
    return word;
}

/* The highest bit of a byte gets set if it is less than 0x20, so that the
 * difference falls below zero, or more than 0x7E; only such a byte borrows from
 * the next one, or carries over to it. */
static apr_uint64_t odd_bits(apr_uint64_t word)
{
    return (word - EACH_BYTE(0x20)) | (word + EACH_BYTE(1));
}

/* As most texts are; eight bytes at a time, the last ones maybe twice. */
static int is_printable_ascii(revmap_slice slice)
{
    const char *text = slice.ptr;
    const char *last = text + slice.len - sizeof(apr_uint64_t);
    apr_uint64_t odd = odd_bits(word_at(last));

    for (; text < last; text += sizeof(odd)) {
        odd |= odd_bits(word_at(text));
    }
    return (odd & EACH_BYTE(0x80)) == 0;
}

int revmap_slice_has_control(revmap_slice slice)
{
    apr_size_t i;

    if (slice.len >= sizeof(apr_uint64_t) && is_printable_ascii(slice)) {
        return 0;
    }
    for (i = 0; i < slice.len; i++) {
        unsigned char c = (unsigned char)slice.ptr[i];

        if (c < 0x20 || c == 0x7F) {
            return 1;
        }
    }
    return 0;
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
        end = revmap_slice_copy(end, parts[i]);
    }
    *end = '\0';
    return text;
}
