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
 * @file path.h
 * @brief The path of a URL: its normal form, dot segments, comparison by
 *        segments (RFC 3986 sections 5.2.4 and 6.2.2)
 *
 * The normal form of a path decodes the percent-escapes of unreserved
 * characters, writes the hexadecimal digits of all others in upper case and
 * escapes what a browser would escape before it sends the path.  It never
 * turns %2F into a slash.  Dot segments are not part of it: they are removed
 * beforehand, and only where there are any.
 */

#ifndef REVMAP_PATH_H
#define REVMAP_PATH_H

#include "revmap/slice.h"

/** What there is to know of a byte of a path. */
enum {
    REVMAP_BYTE_ENDS_SEGMENT = 1, /**< '/' or ';' */
    REVMAP_BYTE_ODD = 2,          /**< it does not stand in a normal form as it
                                       is, or begins an escape */
    REVMAP_BYTE_DELIMITS = 4,     /**< it stands for itself in decoded text, and
                                       for something else in a URL */
    REVMAP_BYTE_ENDS_PATH = 8,    /**< '?' or '#' */
    REVMAP_BYTE_CONTROL = 16,     /**< below 0x20, or 0x7F */
    REVMAP_BYTE_BACKSLASH = 32,
    REVMAP_BYTE_DOT = 64,
    REVMAP_BYTE_NOT_IN_HOST = 128 /**< nor do browsers take it for one */
};

/** The bits of each byte. */
extern const unsigned char revmap_path_bytes[256];

/** @return non-zero if the byte stands in a normal form as it is, and begins
 *          no escape */
static inline int revmap_path_is_plain(char byte)
{
    return !(revmap_path_bytes[(unsigned char)byte] & REVMAP_BYTE_ODD);
}

/** unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"  (RFC 3986 section 2.3)
 *  @return non-zero if the byte is one of these */
int revmap_is_unreserved(int byte);

/** How bytes of a path are read for a comparison. */
typedef enum revmap_reading {
    REVMAP_READ_NORMAL, /**< as a URL: in the normal form */
    REVMAP_READ_BYTES,  /**< as a cookie's Path: byte for byte */
    REVMAP_READ_DECODED /**< as httpd may do: all escapes decoded */
} revmap_reading;

/** Reads a path byte by byte, mostly in its normal form, without a copy. */
typedef struct revmap_path_cursor {
    const unsigned char *next;
    const unsigned char *end;
    revmap_reading reading;
    unsigned char waiting[2]; /* what is left of an escape, last one first */
    int waiting_count;
    int stray; /* how many bytes may still belong to a '%' that is no escape */
} revmap_path_cursor;

/** Begin to read.
 *  @param path any bytes, which must outlive the cursor */
void revmap_path_cursor_init(revmap_path_cursor *cursor, revmap_slice path,
                             revmap_reading reading);

/** @return the next byte of what is read, or -1 at the end */
int revmap_path_next(revmap_path_cursor *cursor);

/** @return non-zero if a prefix that ends before byte @a i of @a path ends
 *          with a whole segment there: at its end, at '/' or at ';' */
static inline int revmap_path_boundary(revmap_slice path, apr_size_t i)
{
    return i == path.len || path.ptr[i] == '/' || path.ptr[i] == ';';
}

/** @return non-zero if both paths have the same normal form */
int revmap_path_equal(revmap_slice a, revmap_slice b);

/** @return non-zero if both paths are the same, read in this way.  Decoded,
 *          that of the client and what mod_proxy asks for are: it escapes a
 *          path again in its own way, "/a%40b" as "/a@b". */
int revmap_path_equal_as(revmap_slice a, revmap_slice b,
                         revmap_reading reading);

/** @return non-zero if two parts, of which the first ends with a whole segment,
 *          make the path, read in this way */
int revmap_path_equal_parts(revmap_slice prefix, revmap_slice rest,
                            revmap_slice path, revmap_reading reading);

/** Take the last byte off a path, with its escape if it is escaped.
 *  @return this byte, decoded
 *  @param path is not empty */
int revmap_path_take_last(revmap_slice *path);

/**
 * Does a prefix cover a path, compared by whole segments?
 * @param prefix a normal form without its trailing slash; "" covers all
 * @param path any path
 * @param reading how @a path is read
 * @param matched where not NULL: how many bytes of @a path were covered
 * @return non-zero if it does
 */
int revmap_path_covers(revmap_slice prefix, revmap_slice path,
                       revmap_reading reading, apr_size_t *matched);

/** @return non-zero if every '%' of URL text begins an escape */
int revmap_path_escapes_are_whole(revmap_slice path);

/** @return non-zero if the path has a "." or ".." segment, %2e included */
int revmap_path_has_dots(revmap_slice path);

/**
 * Remove dot segments (RFC 3986 section 5.2.4; %2e counts as a dot, as it
 * does in browsers).  Other segments keep their spelling.
 * @param pool owns the result
 * @param path begins with '/'
 * @return the path without them; begins with '/'
 */
revmap_slice revmap_path_remove_dots(apr_pool_t *pool, revmap_slice path);

/**
 * Resolve the path of a relative reference (RFC 3986 section 5.2.3).
 * @param pool owns the result
 * @param base the path of the base URL, beginning with '/'
 * @param reference the reference's path; "" gives the base's
 * @return the path without dot segments
 */
revmap_slice revmap_path_resolve(apr_pool_t *pool, revmap_slice base,
                                 revmap_slice reference);

/** @return non-zero if the path is its own normal form */
int revmap_path_is_normal(revmap_slice path);

/** @return the normal form of @a path, allocated from @a pool */
revmap_slice revmap_path_normal(apr_pool_t *pool, revmap_slice path);

/**
 * Escape what may not stand in the path of a URL.
 * @param pool owns the result
 * @param path the text
 * @param decoded non-zero if @a path is decoded text, in which '%', '?', '#'
 *        and ';' stand for themselves; zero if it is URL text already
 * @return the escaped path; @a path itself where nothing had to be done
 */
revmap_slice revmap_path_escape(apr_pool_t *pool, revmap_slice path,
                                int decoded);

#endif /* REVMAP_PATH_H */
