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

/* Which backends of a map file are alone, as survey.h has it.  A file changes
 * while the server runs, what is around it does not. */

#include "revmap/httpd/file_survey.h"

/* A map, and what is around its file. */
typedef struct placed_map {
    revmap_map *map;
    const revmap_surroundings *around;
} placed_map;

/* The hosts of its own public sides are this site's, too. */
static int is_public_beside(const void *data, const revmap_origin *origin)
{
    const placed_map *placed = data;
    revmap_scope scope = {placed->map, NULL};

    return revmap_scope_is_public_host(&scope, origin)
           || placed->around->is_public(placed->around->data, origin);
}

void revmap_survey_file(revmap_map *map, const revmap_surroundings *around,
                        apr_pool_t *scratch)
{
    placed_map placed = {map, around};
    revmap_survey *survey = revmap_survey_create(scratch);

    revmap_survey_set_others(survey, around->written);
    if (around->has_others) {
        revmap_survey_expect_more(survey);
    }
    revmap_survey_add(survey, map, around->stands_alone, map->mounts,
                      is_public_beside, &placed);
    revmap_survey_end(survey);
}
