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
 * @file cursor.h
 * @brief What readers of a grammar have in common
 *
 * A cursor is the slice that has not been read yet.  Bytes are given as a
 * string of those that are meant; the text must not hold a NUL.
 */

#ifndef REVMAP_CURSOR_H
#define REVMAP_CURSOR_H

#include "revmap/slice.h"

/** OWS, BWS (RFC 9110 section 5.6.3) */
#define REVMAP_BLANKS " \t"

/** @return non-zero if the byte is one of @a bytes */
static inline int revmap_is_one_of(char byte, const char *bytes)
{
    apr_size_t count = strlen(bytes);
    apr_size_t i;

    if (count > 4) {
        return strchr(bytes, byte) != NULL;
    }
    /* Of a few bytes in a literal compilers make one test. */
    for (i = 0; i < count; i++) {
        if (byte == bytes[i]) {
            return 1;
        }
    }
    return 0;
}

/** @return non-zero if the next byte is one of @a bytes */
static inline int revmap_is_at(revmap_slice rest, const char *bytes)
{
    return rest.len && revmap_is_one_of(rest.ptr[0], bytes);
}

/** Step over the next byte if it is one of @a bytes.
 *  @return zero if it is not */
static inline int revmap_take(revmap_slice *rest, const char *bytes)
{
    if (!revmap_is_at(*rest, bytes)) {
        return 0;
    }
    *rest = revmap_slice_from(*rest, 1);
    return 1;
}

/** Step over all next bytes that are among @a bytes. */
static inline void revmap_skip(revmap_slice *rest, const char *bytes)
{
    while (revmap_take(rest, bytes)) {
    }
}

/** Step over all next bytes that are not among @a bytes.
 *  @return them */
static inline revmap_slice revmap_take_until(revmap_slice *rest,
                                             const char *bytes)
{
    apr_size_t len = 0;
    revmap_slice taken;

    while (len < rest->len && !revmap_is_one_of(rest->ptr[len], bytes)) {
        len++;
    }
    taken = revmap_slice_make(rest->ptr, len);
    *rest = revmap_slice_from(*rest, len);
    return taken;
}

/**
 * Step over a quoted-string (RFC 9110 section 5.6.4): a string of JSON has the
 * same quotes and backslashes (RFC 8259 section 7).
 * @param rest begins with the opening quote
 * @param text set to what is between the quotes, as it is written
 * @return zero if there is no closing quote; the rest is as it was then
 */
static inline int revmap_take_quoted(revmap_slice *rest, revmap_slice *text)
{
    apr_size_t end = 1;

    while (end < rest->len && rest->ptr[end] != '"') {
        end += rest->ptr[end] == '\\' ? 2 : 1;
    }
    if (end >= rest->len) {
        return 0;
    }
    *text = revmap_slice_make(rest->ptr + 1, end - 1);
    *rest = revmap_slice_from(*rest, end + 1);
    return 1;
}

#endif /* REVMAP_CURSOR_H */
