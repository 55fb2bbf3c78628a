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
 * @file file_map.h
 * @brief One map file, whose map is replaced while requests use it
 */

#ifndef REVMAP_HTTPD_FILE_MAP_H
#define REVMAP_HTTPD_FILE_MAP_H

#include "revmap/httpd/file_survey.h"
#include "revmap/httpd/module.h"

/** A map file. */
typedef struct revmap_file revmap_file;

/** What there is to know of a file, as this process has it. */
typedef struct revmap_file_status {
    const char *path;
    unsigned int rules;    /**< how many are in force */
    apr_time_t loaded;     /**< when they were read */
    unsigned int failures; /**< how often a changed file could not be taken
                                since then */
} revmap_file_status;

/**
 * Read a map file for the first time.
 * @param pconf as long as which it lives
 * @param path complete
 * @param error set to what is wrong, with the path and the line, or to NULL
 * @return the file, with its map if there is no error
 */
revmap_file *revmap_file_create(apr_pool_t *pconf, const char *path,
                                const char **error);

/** @return its complete path */
const char *revmap_file_path(const revmap_file *file);

/** @return the servers that have it, which may have a say in what may stand in
 *          it: const server_rec pointers, for who reads the configuration to
 *          add and remove */
apr_array_header_t *revmap_file_servers(const revmap_file *file);

/** Say once, when all of the configuration is known, what is around it.
 *  @param around as long as the file lives */
void revmap_file_set_surroundings(revmap_file *file,
                                  const revmap_surroundings *around,
                                  apr_pool_t *ptemp);

/** Look at it so often; of several wishes the shortest counts.
 *  @param seconds 0: never */
void revmap_file_look_every(revmap_file *file, unsigned int seconds);

/** @return seconds between two looks, 0: never */
unsigned int revmap_file_seconds(const revmap_file *file);

/** @return NULL, or what is wrong with a rule whose public side has to be on a
 *          host of this site, and is not; from @a pool, and only to be asked
 *          when all servers are known */
const char *revmap_file_complain_of_foreign(apr_pool_t *pool,
                                            const revmap_file *file);

/**
 * See whether it has changed, and take what it has become; if that cannot be
 * used, the old map stays.  To be called by one thread.
 * @param stop set by another thread if this is to be left unfinished, or NULL
 * @param is_silent another process logs what is to be said
 */
void revmap_file_look(revmap_file *file, volatile apr_uint32_t *stop,
                      int is_silent);

/** Free the maps that were replaced and that no request holds any more, by the
 *  same thread.
 *  @return non-zero if there are others that a request holds */
int revmap_file_free_old(revmap_file *file);

/**
 * Hold the map in force until a pool is cleared.
 * @return a scope with this map alone, whose mounts are of this file alone
 */
const revmap_scope *revmap_file_hold(revmap_file *file, apr_pool_t *pool);

/** Tell its state. */
void revmap_file_status_of(revmap_file *file, revmap_file_status *status);

#endif /* REVMAP_HTTPD_FILE_MAP_H */
