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
 * @file reason.h
 * @brief Why a value was changed or left alone, in one word for programs and
 *        in words for people
 */

#ifndef REVMAP_REASON_H
#define REVMAP_REASON_H

/** What was decided about one value. */
typedef enum revmap_reason {
    REVMAP_OK = 0,         /**< no objection yet */
    REVMAP_MAPPED,         /**< a new value was written */
    REVMAP_NOTHING,        /**< there is nothing in it to map */
    REVMAP_SAME,           /**< the mapped value is the one it has */
    REVMAP_FOREIGN,        /**< not a URL of a backend that a rule names */
    REVMAP_ASKED_HOST,     /**< on the host that the client asked; no rule
                                names that */
    REVMAP_OUTSIDE,        /**< the backend's, but below no rule */
    REVMAP_EXCLUDED,       /**< RevMap ! says to leave it */
    REVMAP_ALREADY_PUBLIC, /**< it is in public terms already */
    REVMAP_OTHER_MOUNT,    /**< it lies below another backend's public side */
    REVMAP_LOOP,           /**< mapped, it would be the URL just requested */
    REVMAP_SAME_DOCUMENT,  /**< empty, or only a fragment */
    REVMAP_READS_RIGHT,    /**< relative, and right on both sides */
    REVMAP_NO_BASE,        /**< relative to a URL that is not known */
    REVMAP_BAD_BYTE,       /**< a control byte */
    REVMAP_BAD_BACKSLASH,  /**< a backslash, which browsers read as a slash */
    REVMAP_BAD_SCHEME,     /**< a scheme that no rule speaks, or no "//" */
    REVMAP_BAD_USERINFO,   /**< user name or password in the authority */
    REVMAP_BAD_HOST,       /**< an empty or odd host */
    REVMAP_BAD_PORT,       /**< no number from 1 to 65535 */
    REVMAP_BAD_RESULT,     /**< a RevMapRewrite made something odd */
    REVMAP_UNFIT,          /**< mapped, it cannot be written in its place */
    REVMAP_COOKIE_PREFIX,  /**< a __Host- cookie is never touched */
    REVMAP_TOO_LONG,       /**< a cookie attribute over 1024 bytes */
    REVMAP_NOT_OWN,        /**< a client's URL, on a host that is not ours */
    REVMAP_NO_MOUNT,       /**< a client's URL, below no public side */
    REVMAP_KEPT,           /**< RevMapCookie says to leave it */
    REVMAP_NEEDS_SECURE,   /**< a flag that is nothing without Secure */
    REVMAP_NEEDS_FLAG,     /**< a flag that the cookie cannot do without */
    REVMAP_NAME_TOO_LONG,  /**< with its new name a cookie over 4096 bytes */
    REVMAP_NAME_TAKEN,     /**< another cookie has the new name */
    REVMAP_REASONS         /**< how many there are */
} revmap_reason;

/**
 * Name a reason for programs.
 * @param reason any value of the enumeration
 * @return a constant word of lower-case letters and hyphens; it stays the same
 *         from version to version
 */
const char *revmap_reason_name(revmap_reason reason);

/**
 * Say a reason in words.
 * @param reason any value of the enumeration
 * @return a constant phrase without full stop
 */
const char *revmap_reason_words(revmap_reason reason);

#endif /* REVMAP_REASON_H */
