/** How to connect a model, for every message that says that one is needed. */
export const CONNECT_A_MODEL =
  'connect a model. Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY, or start Ollama, LM Studio, llama.cpp or vLLM on this machine, or name a server under models.providers in holdfast.yaml; then start Holdfast again.';
