// Nothing of gloo's algorithms is mentioned by c10d's headers.
#pragma once
