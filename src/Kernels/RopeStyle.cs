// Owns the two ways to pair elements for rotary position embedding.
namespace Tern.Kernels;

/// <summary>How rotary position embedding pairs the elements of a head (RoFormer, arXiv 2104.09864).</summary>
public enum RopeStyle
{
    /// <summary>Neighbours: (0,1), (2,3)… GGUF files of Llama and its kin.</summary>
    Interleaved,

    /// <summary>Halves: (0, d/2), (1, d/2+1)… GPT-NeoX, Qwen, Gemma, Phi.</summary>
    HalfSplit,
}
