#include "model/media_types.hpp"

#include "model/codec.hpp"

namespace parley::model {

PARLEY_GRAPH_TYPE(MediaInfo)
PARLEY_GRAPH_SUBTYPE(ServiceHostedMediaConfig)
PARLEY_GRAPH_SUBTYPE(AppHostedMediaConfig)
PARLEY_GRAPH_CHOICE(MediaConfig)
PARLEY_GRAPH_SUBTYPE(MediaPrompt)
PARLEY_GRAPH_TYPE(ToneInfo)
PARLEY_GRAPH_TYPE(CallMediaState)
PARLEY_GRAPH_TYPE(MediaStream)

}  // namespace parley::model
