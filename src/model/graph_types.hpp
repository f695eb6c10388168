#pragma once

// All Graph types at once.
#include "model/call_types.hpp"
#include "model/dialect.hpp"
#include "model/graph_error.hpp"
#include "model/identity_types.hpp"
#include "model/media_types.hpp"
#include "model/notification_types.hpp"
#include "model/operation_types.hpp"
#include "model/request_types.hpp"
