#pragma once

#include "model/call_values.hpp"
#include "model/media_types.hpp"
#include "operations/request.hpp"

namespace parley::operations {

/// The prompts of a playPrompt or record body, their addresses checked.
Result<std::vector<model::PromptItem>, ApiError> read_prompts(
    const std::vector<model::MediaPrompt>& prompts, const ApiOptions& options);

}  // namespace parley::operations
