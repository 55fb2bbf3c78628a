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
 * @file map_file.h
 * @brief Rules from the text of a file, one on each line
 *
 *     # public side      backend side
 *     /shop/             http://app.internal:8080/ctx/
 *     !                  http://app.internal:8080/static/
 *
 * The sides are those of a RevMap line.  Lines may be of any length and end
 * with LF or CRLF; a byte order mark at the beginning is passed over.
 */

#ifndef REVMAP_MAP_FILE_H
#define REVMAP_MAP_FILE_H

#include "revmap/map.h"

/** A file that is being read. */
typedef struct revmap_map_file {
    const char *name;  /**< for the places of the rules */
    char *next;        /**< what has not been read yet */
    char *end;         /**< of the text; a NUL byte stands there */
    unsigned int line; /**< the number of the last line that was read */
} revmap_map_file;

/**
 * Begin to read.
 * @param name of the file, which the rules keep
 * @param text its bytes and a NUL byte behind them; they are taken apart, and
 *        may go when the last line has been read
 */
void revmap_map_file_init(revmap_map_file *file, const char *name, char *text,
                          apr_size_t len);

/** @return non-zero if there is more to be read */
int revmap_map_file_has_more(const revmap_map_file *file);

/**
 * Read the next line.
 * @param map gets its rule, if there is one
 * @param scratch for what is needed on the way, and for the answer
 * @return NULL, or what is wrong with the line and what to write instead
 */
const char *revmap_map_file_read_line(revmap_map_file *file, revmap_map *map,
                                      apr_pool_t *scratch);

#endif /* REVMAP_MAP_FILE_H */
