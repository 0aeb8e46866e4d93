// Owns the layout of llama_batch (include/llama.h of llama.cpp v0.5.0).
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>Tokens of one pass. Field for field the C struct.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Batch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public byte* Outputs;
}
