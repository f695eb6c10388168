#pragma once

#include "operations/request.hpp"

/// The handlers, one file each: `play_prompt` is in play_prompt.cpp.
namespace parley::operations {

Result<Reply, ApiError> answer(CallContext& context, const Request& request);
Result<Reply, ApiError> cancel_media_processing(CallContext& context, const Request& request);
Result<Reply, ApiError> delete_call(CallContext& context, const Request& request);
Result<Reply, ApiError> get_call(CallContext& context, const Request& request);
Result<Reply, ApiError> get_operation(CallContext& context, const Request& request);
Result<Reply, ApiError> keep_alive(CallContext& context, const Request& request);
Result<Reply, ApiError> list_operations(CallContext& context, const Request& request);
Result<Reply, ApiError> mute(CallContext& context, const Request& request);
Result<Reply, ApiError> play_prompt(CallContext& context, const Request& request);
Result<Reply, ApiError> record_response(CallContext& context, const Request& request);
Result<Reply, ApiError> reject(CallContext& context, const Request& request);
Result<Reply, ApiError> subscribe_to_tone(CallContext& context, const Request& request);
Result<Reply, ApiError> unmute(CallContext& context, const Request& request);

}  // namespace parley::operations
