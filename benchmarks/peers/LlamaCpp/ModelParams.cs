// Owns the layout of llama_model_params (include/llama.h of llama.cpp v0.5.0).
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>How a model is loaded. Field for field the C struct.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ModelParams
{
    public nint Devices;
    public nint TensorBufferOverrides;
    public int GpuLayers;
    public int SplitMode;
    public int LoadMode;
    public int LazyMode;
    public int MainGpu;
    public nint TensorSplit;
    public nint ProgressCallback;
    public nint ProgressCallbackData;
    public nint MetadataOverrides;
    public byte VocabularyOnly;
    public byte CheckTensors;
    public byte UseExtraBuffers;
    public byte NoHost;
    public byte NoAllocation;
    public byte LoadMtp;

    /// <summary>Whether these are the defaults of the known release, so that every field is where it is believed to be.</summary>
    public readonly bool AreKnownDefaults =>
        this
            is {
                Devices: 0,
                TensorBufferOverrides: 0,
                GpuLayers: -1,
                SplitMode: 1,
                LoadMode: -1,
                LazyMode: 1,
                MainGpu: 0,
                TensorSplit: 0,
                ProgressCallback: 0,
                ProgressCallbackData: 0,
                MetadataOverrides: 0,
                VocabularyOnly: 0,
                CheckTensors: 0,
                UseExtraBuffers: 1,
                NoHost: 0,
                NoAllocation: 0,
                LoadMtp: 0,
            };
}
