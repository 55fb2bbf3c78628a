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
 * @file block.h
 * @brief Texts that are hashed and compared eight bytes at a time
 */

#ifndef REVMAP_BLOCK_H
#define REVMAP_BLOCK_H

#include "apr.h"

/** A text is hashed in blocks of so many bytes, and at last the block that ends
 *  where it ends: some bytes count twice. */
#define REVMAP_BLOCK sizeof(apr_uint64_t)

/** In front of a text stands a 1, so that a shorter one is a block, too. */
#define REVMAP_NO_BYTES APR_UINT64_C(1)

static inline apr_uint64_t revmap_add_byte(apr_uint64_t block, char byte)
{
    return block << 8 | (unsigned char)byte;
}

/** @return a whole block, which is read at once */
static inline apr_uint64_t revmap_block(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;

    return (apr_uint64_t)byte[0] << 56 | (apr_uint64_t)byte[1] << 48
           | (apr_uint64_t)byte[2] << 40 | (apr_uint64_t)byte[3] << 32
           | (apr_uint64_t)byte[4] << 24 | (apr_uint64_t)byte[5] << 16
           | (apr_uint64_t)byte[6] << 8 | byte[7];
}

/** @return half of one, likewise */
static inline apr_uint64_t revmap_half_block(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;

    return (apr_uint32_t)byte[0] << 24 | (apr_uint32_t)byte[1] << 16
           | (apr_uint32_t)byte[2] << 8 | byte[3];
}

/** @return the block of a text that is shorter than one: from a half on, that
 * of two halves, of which some bytes may be the same */
static inline apr_uint64_t revmap_short_block(const char *text, apr_size_t len)
{
    apr_uint64_t block = REVMAP_NO_BYTES;
    apr_size_t i;

    if (len >= REVMAP_BLOCK / 2) {
        apr_size_t more = len - REVMAP_BLOCK / 2;

        return REVMAP_NO_BYTES << 8 * len | revmap_half_block(text) << 8 * more
               | revmap_half_block(text + more);
    }
    for (i = 0; i < len; i++) {
        block = revmap_add_byte(block, text[i]);
    }
    return block;
}

/** @return the hash that goes on with a block.  Multiplied by 2^64 divided by
 *          the golden ratio, the lower half hardly knows of the upper bytes: it
 *          is told. */
static inline apr_uint64_t revmap_mix(apr_uint64_t hash, apr_uint64_t block)
{
    hash = (hash ^ block) * APR_UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

/** The bits in which the two cases of a letter differ. */
#define REVMAP_CASE_BITS APR_UINT64_C(0x2020202020202020)

/** @return the hash that goes on with a text
 *  @param bits REVMAP_CASE_BITS if upper and lower case are to be the same,
 *         else 0 */
static inline __attribute__((always_inline)) apr_uint64_t
revmap_mix_text(apr_uint64_t hash, const char *text, apr_size_t len,
                apr_uint64_t bits)
{
    const char *last;

    if (len < REVMAP_BLOCK) {
        return revmap_mix(hash, revmap_short_block(text, len) | bits);
    }
    last = text + len - REVMAP_BLOCK;
    do {
        hash = revmap_mix(hash, revmap_block(text) | bits);
        text += REVMAP_BLOCK;
    } while (text <= last);
    return revmap_mix(hash, revmap_block(last) | bits);
}

/** @return non-zero if both texts are the same; for short ones, which are
 *          compared in less time than a function of the library is called */
static inline int revmap_same_text(const char *a, const char *b, apr_size_t len)
{
    apr_size_t i = REVMAP_BLOCK;

    if (len < REVMAP_BLOCK) {
        return revmap_short_block(a, len) == revmap_short_block(b, len);
    }
    len -= REVMAP_BLOCK;
    if (revmap_block(a) != revmap_block(b)
        || revmap_block(a + len) != revmap_block(b + len)) {
        return 0;
    }
    while (i < len && revmap_block(a + i) == revmap_block(b + i)) {
        i += REVMAP_BLOCK;
    }
    return i >= len;
}

#endif /* REVMAP_BLOCK_H */
