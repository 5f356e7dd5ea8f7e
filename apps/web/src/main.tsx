import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { configureClient } from './api/configure.js';
import { takeKeyFromAddress } from './api/session.js';
import { App } from './app.js';
import './style.css';

takeKeyFromAddress();
configureClient();
const place = document.getElementById('app');
if (place)
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
