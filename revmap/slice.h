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
 * @file slice.h
 * @brief A piece of text: where it begins and how long it is
 *
 * Everything that is parsed is a slice into the input; nothing is copied
 * before it is known what the output looks like.
 */

#ifndef REVMAP_SLICE_H
#define REVMAP_SLICE_H

#include "apr_pools.h"

#include <string.h>

/** Text that need not end with a NUL and is not owned by the slice. */
typedef struct revmap_slice {
    const char *ptr;
    apr_size_t len;
} revmap_slice;

/** Use with a string literal: a slice of it without its NUL. */
#define REVMAP_LITERAL(text) revmap_slice_make((text), sizeof(text) - 1)

static inline revmap_slice revmap_slice_make(const char *ptr, apr_size_t len)
{
    revmap_slice slice;

    slice.ptr = ptr;
    slice.len = len;
    return slice;
}

/** @return the slice over a NUL-terminated string; NULL gives an empty one */
static inline revmap_slice revmap_slice_of(const char *text)
{
    return revmap_slice_make(text ? text : "", text ? strlen(text) : 0);
}

/** @return what is left of @a slice behind its first @a n bytes */
static inline revmap_slice revmap_slice_from(revmap_slice slice, apr_size_t n)
{
    return revmap_slice_make(slice.ptr + n, slice.len - n);
}

/** @return what stands before the first @a byte in @a slice; all of it if there
 *          is none */
static inline revmap_slice revmap_slice_before(revmap_slice slice, char byte)
{
    const char *found = memchr(slice.ptr, byte, slice.len);

    return found ? revmap_slice_make(slice.ptr, (apr_size_t)(found - slice.ptr))
                 : slice;
}

/** @return non-zero if the last byte of @a slice is a '/' */
static inline int revmap_slice_ends_with_slash(revmap_slice slice)
{
    return slice.len && slice.ptr[slice.len - 1] == '/';
}

/** @return @a slice without one '/' at its end */
static inline revmap_slice revmap_slice_without_slash(revmap_slice slice)
{
    slice.len -= revmap_slice_ends_with_slash(slice) ? 1 : 0;
    return slice;
}

/** @return ASCII lower case, whatever the locale says */
static inline unsigned char revmap_lower(unsigned char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/** @return non-zero if both hold the same bytes; best if @a b is a literal */
static inline int revmap_slice_equal(revmap_slice a, revmap_slice b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, b.len) == 0;
}

/** @return non-zero if @a slice holds the bytes of @a beginning first */
static inline int revmap_slice_begins_with(revmap_slice slice,
                                           revmap_slice beginning)
{
    return slice.len >= beginning.len
           && memcmp(slice.ptr, beginning.ptr, beginning.len) == 0;
}

/** @return non-zero if the first @a len bytes of both are the same text, ASCII
 *          case aside; byte by byte, for what is spelled differently */
int revmap_same_folded(const char *a, const char *b, apr_size_t len);

/** The same for what is mostly spelled alike. */
static inline int revmap_same_nocase(const char *a, const char *b,
                                     apr_size_t len)
{
    return memcmp(a, b, len) == 0 || revmap_same_folded(a, b, len);
}

/** @return non-zero if both hold the same text, ASCII case aside; likewise */
static inline int revmap_slice_equal_nocase(revmap_slice a, revmap_slice b)
{
    return a.len == b.len
           && (a.ptr == b.ptr || revmap_same_nocase(a.ptr, b.ptr, b.len));
}

/** @return non-zero if @a slice begins with the text of @a beginning, ASCII
 *          case aside */
static inline int revmap_slice_begins_nocase(revmap_slice slice,
                                             revmap_slice beginning)
{
    return slice.len >= beginning.len
           && revmap_same_nocase(slice.ptr, beginning.ptr, beginning.len);
}

/** @return non-zero if @a slice holds a byte below 0x20, or 0x7F; TAB counts
 *          as well */
int revmap_slice_has_control(revmap_slice slice);

/** token = 1*tchar  (RFC 9110 section 5.6.2)
 *  @return non-zero if the text is one */
int revmap_is_token(const char *text);

/** @return non-zero for SP and TAB; of most bytes the first test tells */
static inline int revmap_is_blank(char c)
{
    return c <= ' ' && (c == ' ' || c == '\t');
}

/** @return @a slice without the SP and TAB at both of its ends */
static inline revmap_slice revmap_slice_trim(revmap_slice slice)
{
    const char *first = slice.ptr;
    const char *end = first + slice.len;

    for (; first < end; first++) {
        if (!revmap_is_blank(*first)) {
            /* This byte ends the way back, too. */
            while (revmap_is_blank(end[-1])) {
                end--;
            }
            break;
        }
    }
    return revmap_slice_make(first, (apr_size_t)(end - first));
}

/** Copy the bytes of a slice, which may be empty.
 *  @return where they end */
static inline char *revmap_slice_copy(char *to, revmap_slice slice)
{
    if (slice.len) {
        memcpy(to, slice.ptr, slice.len);
    }
    return to + slice.len;
}

/**
 * Join slices into one string of exactly the length that is needed.
 * @param pool owns the result
 * @param parts the slices, in order; empty ones are allowed
 * @param count how many there are
 * @return the NUL-terminated string
 */
const char *revmap_slice_join(apr_pool_t *pool, const revmap_slice *parts,
                              int count);

#endif /* REVMAP_SLICE_H */
