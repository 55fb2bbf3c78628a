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
 * @file cookie_mapping.h
 * @brief A Set-Cookie field while it is being mapped: what cookie.c and
 *        cookie_path.c share
 */

#ifndef REVMAP_COOKIE_MAPPING_H
#define REVMAP_COOKIE_MAPPING_H

#include "revmap/cookie_field.h"
#include "revmap/cookie_flags.h"
#include "revmap/cookie_line.h"
#include "revmap/edit.h"

/** One field.  It stays where it is: there are pointers into it. */
typedef struct revmap_cookie {
    const revmap_exchange *exchange;
    revmap_cookie_field field;
    revmap_edits edits;
    const revmap_cookie_line *scope; /**< that says "narrow" or "keep"; or
                                          NULL */
    revmap_flags flags;
    apr_size_t path_len;  /**< of the last Path, if it is new, else 0 */
    apr_size_t path_from; /**< where that one stands in the new field */
} revmap_cookie;

/** @return non-zero if a RevMapCookie line says "narrow" */
static inline int revmap_cookie_is_narrowed(const revmap_cookie *cookie)
{
    const revmap_cookie_line *line = cookie->scope;

    return line && strcmp(line->says[REVMAP_COOKIE_SCOPE], "narrow") == 0;
}

/** @return non-zero if a browser takes it for a Path (RFC 6265 5.2.4) */
static inline int revmap_cookie_path_is_absolute(revmap_slice path)
{
    return path.len && path.ptr[0] == '/';
}

/** @return the Path of a cookie without one that comes with a URL of this path
 *          (RFC 6265 section 5.1.4, default-path) */
revmap_slice revmap_cookie_default_path(revmap_slice path);

/**
 * Put what a path becomes in its place, in the edits, if it is to be another
 * one.
 * @param path absolute
 * @param is_there non-zero if it is the value of a Path; else there is none,
 *        and one is appended unless the browser takes that path by itself
 */
void revmap_cookie_edit_path(revmap_cookie *cookie, revmap_slice path,
                             int is_there);

#endif /* REVMAP_COOKIE_MAPPING_H */
