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
 * @file file_survey.h
 * @brief Which backends of a map file are alone, see survey.h
 *
 * A file changes while the server runs, what is around it does not.
 */

#ifndef REVMAP_HTTPD_FILE_SURVEY_H
#define REVMAP_HTTPD_FILE_SURVEY_H

#include "revmap/survey.h"

/** What else of the configuration tells which backends of a file are alone,
 *  see survey.h. */
typedef struct revmap_surroundings {
    const revmap_survey *written; /**< of the rules that are in no file */
    int has_others;               /**< there are other files */
    int stands_alone; /**< all rules of all requests are those of the file */
    revmap_is_public *is_public;
    const void *data; /**< for it */
} revmap_surroundings;

/** Survey one version of a file: the map that it was compiled into. */
void revmap_survey_file(revmap_map *map, const revmap_surroundings *around,
                        apr_pool_t *scratch);

#endif /* REVMAP_HTTPD_FILE_SURVEY_H */
