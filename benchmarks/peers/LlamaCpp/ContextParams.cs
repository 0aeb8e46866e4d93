// Owns the layout of llama_context_params (include/llama.h of llama.cpp v0.5.0).
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>How a context computes. Field for field the C struct.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ContextParams
{
    public uint Context;
    public uint Batch;
    public uint MicroBatch;
    public uint Sequences;
    public uint RecurrentSnapshots;
    public uint Outputs;
    public uint OutputsPerSequence;
    public int Threads;
    public int BatchThreads;
    public int ContextType;
    public int RopeScaling;
    public int Pooling;
    public int Attention;
    public int FlashAttention;
    public float RopeBase;
    public float RopeScale;
    public float YarnExtensionFactor;
    public float YarnAttentionFactor;
    public float YarnBetaFast;
    public float YarnBetaSlow;
    public uint YarnOriginalContext;
    public float DefragmentThreshold;
    public nint EvaluationCallback;
    public nint EvaluationCallbackData;
    public int KeyType;
    public int ValueType;
    public nint AbortCallback;
    public nint AbortCallbackData;
    public byte Embeddings;
    public byte OffloadAttention;
    public byte NoTimings;
    public byte OffloadOperations;
    public byte FullSlidingWindow;
    public byte UnifiedCache;
    public nint Samplers;
    public nuint SamplerCount;
    public nint OtherContext;

    /// <summary>Whether these are the defaults of the known release, so that every field is where it is believed to be.</summary>
    public readonly bool AreKnownDefaults =>
        this
            is {
                Context: 512,
                Batch: 2048,
                MicroBatch: 512,
                Sequences: 1,
                RecurrentSnapshots: 0,
                Outputs: 0,
                OutputsPerSequence: 1,
                Threads: 4,
                BatchThreads: 4,
                ContextType: 0,
                RopeScaling: -1,
                Pooling: -1,
                Attention: -1,
                FlashAttention: -1,
                RopeBase: 0,
                RopeScale: 0,
                YarnExtensionFactor: -1,
                YarnAttentionFactor: -1,
                YarnBetaFast: -1,
                YarnBetaSlow: -1,
                YarnOriginalContext: 0,
                DefragmentThreshold: -1,
                EvaluationCallback: 0,
                EvaluationCallbackData: 0,
                KeyType: GgmlF16,
                ValueType: GgmlF16,
                AbortCallback: 0,
                AbortCallbackData: 0,
                Embeddings: 0,
                OffloadAttention: 1,
                NoTimings: 1,
                OffloadOperations: 1,
                FullSlidingWindow: 1,
                UnifiedCache: 0,
                Samplers: 0,
                SamplerCount: 0,
                OtherContext: 0,
            };

    private const int GgmlF16 = 1;
}
