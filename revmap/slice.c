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

int revmap_slice_equal_nocase(revmap_slice a, revmap_slice b)
{
    apr_size_t i;

    if (a.len != b.len) {
        return 0;
    }
    /* Mostly they are spelled alike. */
    if (memcmp(a.ptr, b.ptr, a.len) == 0) {
        return 1;
    }
    for (i = 0; i < a.len; i++) {
        if (revmap_lower((unsigned char)a.ptr[i])
            != revmap_lower((unsigned char)b.ptr[i])) {
            return 0;
        }
    }
    return 1;
}

#define EACH_BYTE(byte) ((byte)*APR_UINT64_C(0x0101010101010101))

/* Eight bytes at a time: a byte below n has its highest bit set in
 * (word - n) and not in word; the one that is 0x7F becomes zero. */
static int word_has_control(apr_uint64_t word)
{
    apr_uint64_t del = word ^ EACH_BYTE(0x7F);

    return ((((word - EACH_BYTE(0x20)) & ~word) | ((del - EACH_BYTE(1)) & ~del))
            & EACH_BYTE(0x80))
           != 0;
}

int revmap_slice_has_control(revmap_slice slice)
{
    apr_uint64_t word = EACH_BYTE(' ');

    for (; slice.len >= sizeof(word);
         slice = revmap_slice_from(slice, sizeof(word))) {
        memcpy(&word, slice.ptr, sizeof(word));
        if (word_has_control(word)) {
            return 1;
        }
    }
    word = EACH_BYTE(' ');
    memcpy(&word, slice.ptr, slice.len);
    return word_has_control(word);
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
